package main

import (
	"runtime/debug"
	"testing"
)

func TestVersionFrom(t *testing.T) {
	t.Parallel()
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}
	changed := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3":                      {Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{commit}},
		"devel":                       {Main: debug.Module{Version: "(devel)"}},
		"devel-0123456789ab":          {Settings: []debug.BuildSetting{commit}},
		"devel-0123456789ab+modified": {Settings: []debug.BuildSetting{commit, changed}},
	} {
		if got := versionFrom(info); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
