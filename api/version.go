package api

import (
	"runtime/debug"
	"sync"
)

const modulePath = "github.com/seed-38c23bad/slackadmin"

// defaultUserAgent names this library and the version the program was built with.
var defaultUserAgent = sync.OnceValue(func() string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range append(info.Deps, &info.Main) {
			if module.Path == modulePath && module.Version != "" && module.Version != "(devel)" {
				version = module.Version
			}
		}
	}
	return "slackadmin/" + version + " (+https://" + modulePath + ")"
})
