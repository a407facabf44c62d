package mockserver

import (
	"net/http"
	"path"
	"strings"
)

// noise returns the response to what browsers and their tools ask every server for, and nobody has written into
// an app. It is no mistake of the app's, so it is neither in the journal nor in the log. Nil is for all other
// requests; the document may have such a path itself, which is for the caller to see.
func noise(r *http.Request) *response {
	dir, file := path.Split(r.URL.Path)
	switch {
	case dir == "/" && isIcon(file):
		// Not 404, which browsers show as an error; and not again soon.
		return (&response{status: http.StatusNoContent}).set("Cache-Control", "max-age=86400")
	case dir == "/" && (file == "robots.txt" || file == "browserconfig.xml"),
		dir == "/.well-known/" && file == "traffic-advice",
		r.URL.Path == "/.well-known/appspecific/com.chrome.devtools.json",
		strings.HasSuffix(file, ".js.map"), strings.HasSuffix(file, ".css.map"):
		return refuse(http.StatusNotFound)
	}
	return nil
}

// isIcon reports whether a file is the icon of a site, under a name at which browsers look without being told.
func isIcon(file string) bool {
	return file == "favicon.ico" || strings.HasPrefix(file, "apple-touch-icon") && strings.HasSuffix(file, ".png")
}
