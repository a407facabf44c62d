package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/agentmock/agentmock/openapi"
)

const specUsage = "the OpenAPI `file` to use instead of the built-in one (3.0 or 3.1, YAML or JSON; - is standard input)"

// loadDocument reads the document that --spec names; "" is the embedded one. The error is one of
// usage, ready to print.
func loadDocument(e env, name string) (*openapi.Document, error) {
	var doc *openapi.Document
	var err error
	switch name {
	case "":
		return openapi.Agent(), nil
	case "-":
		var data []byte
		if data, err = io.ReadAll(e.stdin); err == nil {
			doc, err = openapi.Parse("-", data)
		}
	default:
		doc, err = openapi.Load(name)
	}
	var bad *openapi.LoadError
	switch {
	case err == nil:
		return doc, nil
	case errors.As(err, &bad):
		for _, p := range bad.Problems {
			e.say("%s", problemLine(p))
		}
		return nil, usagef("%s is not a document to work with: %s", documentName(name),
			count(len(bad.Problems), "problem"))
	default:
		return nil, unreadable("document", name, err)
	}
}

// documentName is what people call a document that is named so on the command line.
func documentName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// unreadable is the error for a file of the user's that cannot be read: what it was for, its name
// once, and the reason.
func unreadable(what, name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return usagef("cannot read the %s %s: %w", what, documentName(name), err)
}

// problemLine is a problem as editors and terminals understand it: file:line: pointer: what.
func problemLine(p openapi.Problem) string {
	line := p.Message
	if p.Pointer != "" {
		line = p.Pointer + ": " + line
	}
	if at := p.Position.String(); at != "" {
		line = at + ": " + line
	}
	return line
}

// count is "1 problem", "3 problems".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
