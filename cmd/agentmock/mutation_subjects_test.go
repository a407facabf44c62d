package main

import (
	"io"
	"log"
	"net/http"

	"github.com/agentmock/agentmock/internal/testonly/backend"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// subject is a sound implementation into which defects are planted.
type subject struct {
	name string
	// open returns a fresh one that accepts the key.
	open func(key string) http.Handler
}

func subjects() []subject {
	return []subject{
		{"mock", func(key string) http.Handler {
			s, err := mockserver.New(openapi.Agent(), mockserver.Options{APIKeys: []string{key}})
			if err != nil {
				panic(err) // the zero options and the embedded document
			}
			return s
		}},
		{"little backend",
			func(key string) http.Handler { return backend.New(backend.Options{APIKeys: []string{key}}) }},
	}
}

// scenes returns every implementation, as a whole and with updates only.
func scenes() []scene {
	var list []scene
	for _, s := range subjects() {
		list = append(list, scene{s, false}, scene{s, true})
	}
	return list
}

// quietLog returns a logger for servers whose connections a defect breaks on purpose.
func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }
