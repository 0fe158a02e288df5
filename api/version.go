package api

import (
	"runtime/debug"
	"sync"
)

const modulePath = "github.com/seed-38c23bad/slackadmin"

// defaultUserAgent returns this module's path and the version in the running program.
var defaultUserAgent = sync.OnceValue(func() string {
	var modules []*debug.Module
	if info, ok := debug.ReadBuildInfo(); ok {
		modules = append(info.Deps, &info.Main)
	}
	return "slackadmin/" + moduleVersion(modules) + " (+https://" + modulePath + ")"
})

// moduleVersion returns this module's version, or "devel" if modules does not have one.
func moduleVersion(modules []*debug.Module) string {
	for _, module := range modules {
		if module.Path == modulePath && module.Version != "" && module.Version != "(devel)" {
			return module.Version
		}
	}
	return "devel"
}
