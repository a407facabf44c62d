package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/internal/untrusted"
)

// HAR writes all exchanges of a run as an HTTP Archive, version 1.2, which the developer tools of browsers
// open: a page for each fixture, and one for the requests of the run's own. It has a byte of no more than one
// exchange in memory. What the format has no member for stands in members that begin with an underscore:
// _fixture and _operation, the _error for which there is no response (its status is 0), and the _encoding of a
// request body that is no UTF-8: base64, as that of a response.
//
// Where nobody has kept the exchanges, there are no entries, and a comment says so. The error is the writer's,
// or that of the exchanges.
func HAR(w io.Writer, run *Run) error {
	out := &harWriter{w: bufio.NewWriter(w), started: map[string]time.Time{}}
	head := map[string]any{"name": cmp.Or(run.Report.Tool.Name, "agentmock"), "version": run.Report.Tool.Version}
	out.text(`{"log":{"version":"1.2","creator":`)
	out.value(head)
	out.text(`,"entries":[`)
	if run.Exchanges != nil {
		for x, err := range run.Exchanges {
			if err != nil {
				return err
			}
			if out.entry(&x); out.err != nil {
				return out.err
			}
		}
	}
	out.text("\n],\"pages\":[") // behind the entries, whose times they have
	for i, p := range out.pages(run.Report) {
		out.next(i)
		out.value(p)
	}
	out.text("\n]")
	if run.Exchanges == nil {
		out.text(`,"comment":"the exchanges of this run were not kept"`)
	}
	out.text("}}\n")
	return cmp.Or(out.err, out.w.Flush())
}

// harWriter writes JSON piece by piece. The first error stays.
type harWriter struct {
	w       *bufio.Writer
	err     error
	entries int
	order   []string             // fixtures with exchanges
	started map[string]time.Time // when the first request of each was sent
}

func (out *harWriter) text(s string) {
	if out.err == nil {
		_, out.err = out.w.WriteString(s)
	}
}

func (out *harWriter) value(v any) {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	out.err = cmp.Or(out.err, e.Encode(v))
	out.text(strings.TrimSuffix(string(untrusted.JSON(line.Bytes())), "\n"))
}

// next separates the element with an index from the one before.
func (out *harWriter) next(i int) {
	if i > 0 {
		out.text(",")
	}
	out.text("\n")
}

func (out *harWriter) entry(x *contract.Exchange) {
	if at, ok := out.started[x.Fixture]; !ok || x.StartedAt.Before(at) {
		if !ok {
			out.order = append(out.order, x.Fixture)
		}
		out.started[x.Fixture] = x.StartedAt
	}
	out.next(out.entries)
	out.entries++
	out.value(harEntryOf(x))
}

// pages returns a page for each fixture with exchanges.
func (out *harWriter) pages(r *contract.Report) []harPage {
	outcome := map[string]string{"": "the run's own requests"}
	for i := range r.Fixtures {
		outcome[r.Fixtures[i].ID] = r.Fixtures[i].ID + ": " + string(r.Fixtures[i].Outcome)
	}
	list := make([]harPage, len(out.order))
	for i, id := range out.order {
		list[i] = harPage{Started: out.started[id], ID: pageOf(id), Title: cmp.Or(outcome[id], id)}
	}
	return list
}

// pageOf returns the id of the page of a fixture. No fixture is named "(run)".
func pageOf(fixture string) string { return cmp.Or(fixture, "(run)") }

type (
	harPage struct {
		Started time.Time `json:"startedDateTime"`
		ID      string    `json:"id"`
		Title   string    `json:"title"`
		Timings struct{}  `json:"pageTimings"`
	}
	harEntry struct {
		Page      string      `json:"pageref"`
		Started   time.Time   `json:"startedDateTime"`
		Time      float64     `json:"time"` // in milliseconds
		Request   harRequest  `json:"request"`
		Response  harResponse `json:"response"`
		Cache     struct{}    `json:"cache"`
		Timings   harTimings  `json:"timings"`
		Number    int64       `json:"_number"`
		Fixture   string      `json:"_fixture,omitempty"`
		Operation string      `json:"_operation,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
	harRequest struct {
		Method      string      `json:"method"`
		URL         string      `json:"url"`
		HTTPVersion string      `json:"httpVersion"`
		Cookies     []harCookie `json:"cookies"`
		Headers     []harPair   `json:"headers"`
		QueryString []harPair   `json:"queryString"`
		PostData    *harPost    `json:"postData,omitempty"`
		HeadersSize int         `json:"headersSize"`
		BodySize    int         `json:"bodySize"`
	}
	harPost struct {
		MediaType string `json:"mimeType"`
		Text      string `json:"text"`
		Encoding  string `json:"_encoding,omitempty"`
		Comment   string `json:"comment,omitempty"`
	}
	harResponse struct {
		Status      int         `json:"status"`
		StatusText  string      `json:"statusText"`
		HTTPVersion string      `json:"httpVersion"`
		Cookies     []harCookie `json:"cookies"`
		Headers     []harPair   `json:"headers"`
		Content     harContent  `json:"content"`
		Redirect    string      `json:"redirectURL"`
		HeadersSize int         `json:"headersSize"`
		BodySize    int         `json:"bodySize"`
		Error       string      `json:"_error,omitempty"`
		Comment     string      `json:"comment,omitempty"`
	}
	harContent struct {
		Size      int    `json:"size"`
		MediaType string `json:"mimeType"`
		Text      string `json:"text,omitempty"`
		Encoding  string `json:"encoding,omitempty"`
		Comment   string `json:"comment,omitempty"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	harCookie struct {
		harPair
		Path     string     `json:"path,omitempty"`
		Domain   string     `json:"domain,omitempty"`
		Expires  *time.Time `json:"expires,omitempty"`
		HTTPOnly bool       `json:"httpOnly,omitempty"`
		Secure   bool       `json:"secure,omitempty"`
	}
)

// The values of what is not known: the version of HTTP is whatever client and target have agreed on.
const (
	harUnknown     = -1
	harHTTPVersion = "unknown"
	harNoType      = "x-unknown" // as browsers say
)

func harEntryOf(x *contract.Exchange) harEntry {
	took := float64(x.Duration) / float64(time.Millisecond)
	return harEntry{Page: pageOf(x.Fixture), Started: x.StartedAt, Time: took, Timings: harTimings{Wait: took},
		Request: harRequestOf(x), Response: harResponseOf(x),
		Number: x.Number, Fixture: x.Fixture, Operation: x.Operation}
}

func harRequestOf(x *contract.Exchange) harRequest {
	r := harRequest{Method: x.Method, URL: harURL(x.URL), HTTPVersion: harHTTPVersion,
		Cookies: harCookies((&http.Request{Header: x.RequestHeader}).Cookies()), Headers: harHeaders(x.RequestHeader),
		QueryString: harQuery(x.URL), HeadersSize: harUnknown, BodySize: x.RequestBody.Size}
	if x.RequestBody.Size > 0 {
		text, encoding := harText(x.RequestBody)
		r.PostData = &harPost{cmp.Or(x.RequestHeader.Get("Content-Type"), harNoType), text, encoding,
			harCut(x.RequestBody)}
	}
	return r
}

func harResponseOf(x *contract.Exchange) harResponse {
	cookies := (&http.Response{Header: x.ResponseHeader}).Cookies()
	r := harResponse{Status: x.Status, StatusText: http.StatusText(x.Status), HTTPVersion: harHTTPVersion,
		Cookies: harCookies(cookies), Headers: harHeaders(x.ResponseHeader), Error: x.Error,
		Redirect: x.ResponseHeader.Get("Location"), HeadersSize: harUnknown, BodySize: harUnknown}
	if x.Status == 0 {
		r.Comment = "there is no response: " + cmp.Or(x.Error, "for an unknown reason")
	}
	text, encoding := harText(x.ResponseBody)
	r.Content = harContent{x.ResponseBody.Size, cmp.Or(x.ResponseHeader.Get("Content-Type"), harNoType), text, encoding,
		harCut(x.ResponseBody)}
	return r
}

// harText returns a body as a text, and the encoding that makes it one.
func harText(b contract.Body) (text, encoding string) {
	if utf8.Valid(b.Text) {
		return string(b.Text), ""
	}
	return base64.StdEncoding.EncodeToString(b.Text), "base64"
}

// harCut says of a body that it is not whole.
func harCut(b contract.Body) string {
	if !b.Cut() {
		return ""
	}
	return fmt.Sprintf("the first %d of %d bytes", len(b.Text), b.Size)
}

// harURL returns an address as a URI, RFC 3986: a fixture may send what is none.
func harURL(address string) string {
	var out strings.Builder
	for i := range len(address) {
		c := address[i]
		foreign := c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0
		if c == '%' {
			_, err := url.PathUnescape(address[i:min(i+len("%20"), len(address))])
			foreign = err != nil
		}
		if foreign {
			fmt.Fprintf(&out, "%%%02X", c)
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}

// harQuery returns the parameters of an address in their order. What is not encoded as it should be stays as it
// is.
func harQuery(address string) []harPair {
	list := []harPair{}
	address, _, _ = strings.Cut(address, "#")
	_, query, _ := strings.Cut(address, "?")
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		list = append(list, harPair{decoded(name), decoded(value)})
	}
	return list
}

func decoded(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func harHeaders(h http.Header) []harPair {
	list := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			list = append(list, harPair{name, value})
		}
	}
	return list
}

func harCookies(cookies []*http.Cookie) []harCookie {
	list := make([]harCookie, len(cookies))
	for i, c := range cookies {
		list[i] = harCookie{harPair: harPair{c.Name, c.Value}, Path: c.Path, Domain: c.Domain, HTTPOnly: c.HttpOnly,
			Secure: c.Secure}
		if !c.Expires.IsZero() {
			list[i].Expires = &c.Expires
		}
	}
	return list
}
