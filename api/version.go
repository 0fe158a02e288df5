package api

import (
	"runtime/debug"
	"sync"
)

const modulePath = "github.com/seed-38c23bad/slackadmin"

// defaultUserAgent names this library and the version the program was built with.
var defaultUserAgent = sync.OnceValue(func() string {
	var modules []*debug.Module
	if info, ok := debug.ReadBuildInfo(); ok {
		modules = append(info.Deps, &info.Main)
	}
	return "slackadmin/" + versionAmong(modules) + " (+https://" + modulePath + ")"
})

// versionAmong returns this module's version among those a program is built from.
func versionAmong(modules []*debug.Module) string {
	for _, module := range modules {
		if module.Path == modulePath && module.Version != "" && module.Version != "(devel)" {
			return module.Version
		}
	}
	return "devel"
}
