package mockserver

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// documented returns the answer that the document has for a status: with the example of a name, else with the
// first one that is valid, else with what the schema describes. An error that the document does not have gets
// the mock's own body.
func (x *exchange) documented(status int, name string) *response {
	op := x.endpoint.operation
	r, media, example := exampleNamed(op, status, name)
	if r == nil || name == "" {
		r, media, example = x.firstExample(status)
	} else if status == 0 {
		status = r.StatusCode()
	}
	var res *response
	switch {
	case r != nil && len(r.Content) == 0:
		res = &response{status: status}
	case example != nil:
		res = &response{status: status, mediaType: concreteType(media), body: bodyOf(media, example.Value)}
	case status >= 400:
		res = refuse(status)
		x.endpoint.describeError(res, x.http.Header)
	default:
		res = &response{status: status}
		if media != nil {
			res.mediaType, res.body = concreteType(media), x.api.examples.body(op, media)
		}
	}
	if res.hasNoBody() {
		res.mediaType, res.body = "", nil
	}
	x.addDocumented(res, r)
	return res
}

// documentedResponse returns what the document has for a status; nil for nothing.
func documentedResponse(op *openapi.Operation, status int) *openapi.Response {
	if status >= 400 {
		return op.Refusal(status)
	}
	return op.Response(status)
}

// firstExample returns the documented response of a status, the representation that the request wants, and its
// first valid example; nil for what there is not.
func (x *exchange) firstExample(status int) (r *openapi.Response, media *openapi.MediaType, example *openapi.Example) {
	r = documentedResponse(x.endpoint.operation, status)
	if r == nil || len(r.Content) == 0 {
		return r, nil, nil
	}
	media = acceptedMedia(r.Content, cmp.Or(r.JSON(), r.Content[0]), x.http.Header)
	i := slices.IndexFunc(media.Examples, func(e openapi.Example) bool { return meets(media.Schema, e.Value) })
	if i < 0 {
		return r, media, nil
	}
	return r, media, &media.Examples[i]
}

// addDocumented adds the headers that the document has for a response.
func (x *exchange) addDocumented(res *response, r *openapi.Response) {
	if r == nil {
		return
	}
	for _, h := range r.Headers {
		name := http.CanonicalHeaderKey(h.Name)
		if res.header.Get(name) == "" && name != "Content-Type" && !slices.Contains(framing, name) {
			res.set(name, x.api.examples.header(h, res.body))
		}
	}
	if scheme := authenticationScheme(x.endpoint.operation); scheme != "" && res.status == http.StatusUnauthorized {
		res.set("WWW-Authenticate", scheme)
	}
}

// bodyOf returns a value as a media type has it.
func bodyOf(media *openapi.MediaType, value any) []byte {
	text, isText := value.(string)
	write, writes := samples.Writer(media)
	switch {
	case isText && !media.IsJSON():
		return []byte(text)
	case writes:
		return write(value)
	}
	return jsonvalue.Marshal(value)
}

// tooMany returns the refusal of a request that comes too early.
func (x *exchange) tooMany(rate Rate, until time.Time) *response {
	wait := max(1, int((until.Sub(x.session.clock.Now())+time.Second-1)/time.Second))
	l := &limited{rate, until, wait, fmt.Sprintf("Too many requests. Please try again in %s.", seconds(wait))}
	res := x.documented(http.StatusTooManyRequests, "")
	documented, media, _ := x.firstExample(http.StatusTooManyRequests)
	body, err := jsonvalue.Parse(res.body, jsonvalue.Limits{})
	switch {
	case err != nil:
	case media == nil:
		body, _ = jsonvalue.Put(body, "/error/message", l.message)
		res.body = jsonvalue.Marshal(body)
	default:
		told := &errorBody{message: l.message, examples: x.api.examples}
		told.set(body, media.Schema, l.member, func() bool { return meets(media.Schema, body) }, maxDepth)
		res.body = jsonvalue.Marshal(body)
	}
	res.message = l.message
	if documented != nil {
		for _, h := range documented.Headers {
			if text := l.header(h.Name); text != "" && len(h.ValidateText(text, openapi.ResponseView)) == 0 {
				res.set(h.Name, text)
			}
		}
	}
	return res.set("Retry-After", strconv.Itoa(wait))
}

func seconds(n int) string {
	if n == 1 {
		return "1 second"
	}
	return fmt.Sprintf("%d seconds", n)
}

// limited is what a refusal says of a rate limit.
type limited struct {
	rate    Rate
	until   time.Time // on the session's clock
	wait    int       // seconds
	message string
}

// member returns the value of a property, by its name; nil where the name says nothing.
func (l *limited) member(p *openapi.Property) any {
	switch plainName(p.Name) {
	case "message", "detail", "description", "reason", "msg", "errordescription", "errormessage":
		return l.message
	case "resetat", "reset", "resetsat", "resettime", "retryat":
		if p.Schema.Allows("string") {
			return l.until.UTC().Format(timeForm)
		}
		return number(l.until.Unix())
	case "retryafter", "retryafterseconds", "retryin", "resetin":
		return number(int64(l.wait))
	case "limit", "ratelimit":
		return number(int64(l.rate.Requests))
	case "remaining":
		return number(0)
	}
	return nil
}

// header returns the value of a header, by its name; "" where the name says nothing.
func (l *limited) header(name string) string {
	name = plainName(name)
	ofVendor := strings.HasPrefix(name, "x")
	switch strings.TrimPrefix(name, "x") {
	case "ratelimitlimit":
		return strconv.Itoa(l.rate.Requests)
	case "ratelimitremaining":
		return "0"
	case "ratelimitreset":
		if ofVendor {
			return strconv.FormatInt(l.until.Unix(), 10)
		}
		return strconv.Itoa(l.wait)
	}
	return ""
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

// credential returns what tells clients apart: the first credential that the request has; "" for none.
func (x *exchange) credential() string {
	for _, alternative := range x.endpoint.operation.Security {
		for _, c := range alternative {
			for _, secret := range c.Secrets(x.request) {
				if secret != "" {
					return secret
				}
			}
		}
	}
	return ""
}
