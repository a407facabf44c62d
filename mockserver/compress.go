package mockserver

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// worthCompressing is the length in bytes from which a body is compressed where the client wants that. What is
// written as it is read never is: somebody near wants all of it.
const worthCompressing = 1024

// compressors are idle ones.
var compressors = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // which is a level
	return w
}}

// compressed returns the body as it is sent to a client that wants gzip, and says so in the headers; the body
// itself for all others. The journal has the body as it was before.
func (res *response) compressed(h http.Header, r *http.Request) []byte {
	if len(res.body) < worthCompressing || res.stream != nil || res.hasNoBody() || !wantsGzip(r.Header) ||
		isCompressed(res.mediaType) || h["Content-Encoding"] != nil ||
		h.Get("Content-Length") != strconv.Itoa(len(res.body)) {
		return res.body
	}
	var out bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	defer func() {
		w.Reset(nil) // lets the buffer go
		compressors.Put(w)
	}()
	w.Reset(&out)
	_, _ = w.Write(res.body) // a buffer takes all
	if _ = w.Close(); out.Len() >= len(res.body) {
		return res.body
	}
	h["Content-Encoding"] = []string{"gzip"}
	h["Content-Length"] = []string{strconv.Itoa(out.Len())}
	return out.Bytes()
}

// isCompressed reports whether what has a media type is compressed by its own format, or may be.
func isCompressed(mediaType string) bool {
	kind, of, _ := strings.Cut(strings.ToLower(mediaType), "/")
	return kind == "image" && !strings.HasPrefix(of, "svg") || kind == "audio" || kind == "video" ||
		kind == "application" && (strings.HasPrefix(of, "zip") || strings.HasPrefix(of, "gzip") ||
			strings.HasPrefix(of, "pdf") || strings.HasPrefix(of, "octet-stream"))
}

// wantsGzip reports whether a client takes gzip, and would not rather have none (RFC 9110 §12.5.3).
func wantsGzip(h http.Header) bool {
	zip, plain, rest := -1.0, -1.0, -1.0 // the weights; -1 is not named
	for _, line := range h["Accept-Encoding"] {
		for line != "" {
			var item string
			item, line, _ = strings.Cut(line, ",")
			name, parameters, _ := strings.Cut(item, ";")
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
				zip = max(zip, weightOf(parameters))
			case strings.EqualFold(name, "identity"):
				plain = weightOf(parameters)
			case name == "*":
				rest = weightOf(parameters)
			}
		}
	}
	if zip < 0 {
		zip = rest
	}
	return zip > 0 && zip >= plain
}

// weightOf returns the weight among the parameters of an encoding: 1 where there is none, 0 for what is none.
func weightOf(parameters string) float64 {
	name, value, ok := strings.Cut(parameters, "=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !strings.EqualFold(strings.TrimSpace(name), "q") || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
