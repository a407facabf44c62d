// Package proxy passes requests on to one upstream, and its answers back, as they are: no byte of a body, no
// value of a header, no character of a target is another one behind it.
//
//	upstream, _ := url.Parse("https://staging.example.com")
//	server, err := mockserver.New(doc, mockserver.Options{Backend: proxy.New(proxy.Options{Upstream: upstream})})
//
// It knows no document: mockserver.Options.Backend judges what passes. What net/http decides for every
// program stays its decision: names of headers are spelt in their canonical form and come in any order, a body
// is framed anew (chunks, Content-Length: 0 where there is none), and 304 has neither type nor length.
package proxy
