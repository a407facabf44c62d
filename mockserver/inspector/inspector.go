// Package inspector is the page by which people look into a running mock, and change it: files that a server
// hands out as they are.
//
//	if file, ok := inspector.Open("index.html"); ok {
//		w.Header().Set("Content-Security-Policy", inspector.Policy)
//		w.Header().Set("Content-Type", file.MediaType)
//		w.Write(file.Body)
//	}
//
// The page has no data of its own: it calls the control API of the server that it comes from. Its addresses
// are relative to index.html, which expects the others in a folder named inspector beside it.
package inspector

import (
	"embed"
	"path"
)

//go:embed page
var files embed.FS

// Policy is the value of the header Content-Security-Policy that the page needs, and needs no more: the browser
// runs and shows nothing that does not come from the server itself, and makes no markup of a text.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// Index is the name of the page itself.
const Index = "index.html"

// File is one file of the page.
type File struct {
	MediaType string // with its charset
	Body      []byte // must not be changed
}

// mediaTypes are those of the page's files by the ends of their names. A machine's own table might have others.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// Open returns the file with a name such as index.html, and whether there is one.
func Open(name string) (File, bool) {
	body, err := files.ReadFile("page/" + name)
	mediaType, known := mediaTypes[path.Ext(name)]
	return File{mediaType, body}, err == nil && known
}

// Names returns the names of all files, sorted.
func Names() []string {
	entries, _ := files.ReadDir("page") // which is embedded
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names
}
