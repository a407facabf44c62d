package mockserver

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// mediaRange is one range of an Accept header with its weight.
type mediaRange struct {
	name   string // text/html, text/* or */*, in lower case
	weight float64
}

// acceptedBy reads an Accept header (RFC 9110 §12.5.1). What cannot be read is left out.
func acceptedBy(h http.Header) []mediaRange {
	var list []mediaRange
	for field := range strings.SplitSeq(strings.Join(h.Values("Accept"), ","), ",") {
		name, parameters, _ := strings.Cut(strings.ToLower(field), ";")
		r := mediaRange{strings.TrimSpace(name), 1}
		for parameter := range strings.SplitSeq(parameters, ";") {
			if q, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
				weight, err := strconv.ParseFloat(q, 64)
				if err != nil || !(weight >= 0 && weight <= 1) {
					weight = 0
				}
				r.weight = weight
			}
		}
		if strings.Contains(r.name, "/") {
			list = append(list, r)
		}
	}
	return list
}

// weight returns how much a media type is wanted: by the most specific range that covers it; 0 where
// none does.
func weight(ranges []mediaRange, mediaType string) float64 {
	name, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	name = strings.TrimSpace(name)
	kind, _, _ := strings.Cut(name, "/")
	for _, covering := range []string{name, kind + "/*", "*/*"} {
		i := slices.IndexFunc(ranges, func(r mediaRange) bool { return r.name == covering })
		if i >= 0 {
			return ranges[i].weight
		}
	}
	return 0
}

// preferred returns the index of the media type that is wanted most, the first of equals. Where none
// is wanted, that is the first one: a server may disregard the header (RFC 9110 §12.5.1), and a
// browser that asks for HTML is to see the API all the same.
func preferred(ranges []mediaRange, mediaTypes []string) int {
	best := 0
	for i, mediaType := range mediaTypes {
		if weight(ranges, mediaType) > weight(ranges, mediaTypes[best]) {
			best = i
		}
	}
	return best
}

// accepting returns the endpoint that responds in the representation that a request wants most, among
// those that the document has for a success.
func (e *endpoint) accepting(h http.Header) *endpoint {
	if len(e.variants) == 0 || len(h.Values("Accept")) == 0 {
		return e
	}
	all := append([]*endpoint{e}, e.variants...)
	mediaTypes := make([]string, len(all))
	for i := range all {
		mediaTypes[i] = all[i].success.mediaType
	}
	return all[preferred(acceptedBy(h), mediaTypes)]
}

// acceptedMedia returns the representation of a response that a request wants most; the mock's own
// choice, JSON as a rule, where it does not say.
func acceptedMedia(content []*openapi.MediaType, own *openapi.MediaType, h http.Header) *openapi.MediaType {
	if len(h.Values("Accept")) == 0 {
		return own
	}
	all, mediaTypes := append([]*openapi.MediaType{own}, content...), []string{concreteType(own)}
	for _, m := range content {
		mediaTypes = append(mediaTypes, concreteType(m))
	}
	return all[preferred(acceptedBy(h), mediaTypes)]
}

// representation returns the media type of a response that has a name; nil where it has none.
func representation(r *openapi.Response, name string) *openapi.MediaType {
	if i := slices.IndexFunc(r.Content, func(m *openapi.MediaType) bool { return concreteType(m) == name }); i >= 0 {
		return r.Content[i]
	}
	return nil
}
