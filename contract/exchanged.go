package contract

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/agentmock/agentmock/internal/apiclient"
)

// Exchange is a request that a run has sent, and what came of it. It is plain data without secrets: they
// are replaced, in headers, addresses and bodies alike.
type Exchange struct {
	// Number counts the requests of the run, from 1, by the order in which they ended.
	Number int64 `json:"number"`
	// Fixture is the id of the one that was executed, also where its items were made or removed; "": the run
	// sent the request for purposes of its own.
	Fixture string `json:"fixture,omitempty"`
	// Operation is the id of the operation; "": none.
	Operation string `json:"operation,omitempty"`

	StartedAt time.Time     `json:"startedAt"`
	Duration  time.Duration `json:"duration"` // in nanoseconds

	Method        string      `json:"method"`
	URL           string      `json:"url"`
	RequestHeader http.Header `json:"requestHeader"`
	RequestBody   Body        `json:"requestBody,omitzero"`

	// Status is 0 where there is no response; Error is why.
	Status         int         `json:"status"`
	Error          string      `json:"error,omitempty"`
	ResponseHeader http.Header `json:"responseHeader,omitempty"`
	ResponseBody   Body        `json:"responseBody,omitzero"` // decompressed
}

// Body is the body of a request or a response. Of a long one, Text is the beginning only.
type Body struct {
	Text []byte `json:"text"`
	// Size is how many bytes the body had as it was sent or received, decompressed.
	Size int `json:"size"`
}

// maxKeptBody is how much of a body an Exchange has, in bytes.
const maxKeptBody = 1 << 20

// Cut reports whether Text is only the beginning.
func (b Body) Cut() bool { return b.Size > maxKeptBody }

// beginning returns as much of a body as is kept. It does not end within a character: a text would be none any more.
func beginning(text []byte) []byte {
	if len(text) <= maxKeptBody {
		return text
	}
	end := maxKeptBody
	for end > maxKeptBody-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// exchangeKey is the context key of the exchange that a request is sent for.
type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// observer returns what tells Options.Exchanged of each attempt; nil where nobody wants to know.
func (r *runner) observer() func(context.Context, apiclient.Attempt) {
	if r.options.Exchanged == nil {
		return nil
	}
	return func(ctx context.Context, a apiclient.Attempt) { r.options.Exchanged(r.exchanged(ctx, a)) }
}

// exchanged returns an attempt as others may see it.
func (r *runner) exchanged(ctx context.Context, a apiclient.Attempt) Exchange {
	secrets := r.secrets
	out := Exchange{Number: r.sent.Add(1), StartedAt: a.Began.UTC(), Duration: a.Took, Method: a.Method}
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		out.Operation = x.sent.op.ID
		if x.session != nil {
			secrets = x.session.secrets
			if _, listed := r.order[x.session.fixture]; listed {
				out.Fixture = x.session.fixture.ID
			}
		}
	}
	body := func(b []byte) Body {
		kept := Body{Size: len(b)}
		if len(b) > 0 { // hidden first: what is cut in two is no longer known as a secret
			kept.Text = beginning([]byte(secrets.Text(string(b))))
		}
		return kept
	}
	out.URL, out.RequestHeader, out.RequestBody = secrets.Target(a.Address), secrets.Header(a.Header), body(a.Body)
	if a.Response != nil {
		out.Status, out.ResponseHeader = a.Response.Status, secrets.Header(a.Response.Header)
		out.ResponseBody = body(a.Response.Body)
	}
	if a.Err != nil {
		out.Error = secrets.Sentence(a.Err.Error())
	}
	return out
}
