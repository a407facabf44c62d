package report_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// sequence returns exchanges as a run has them.
func sequence(list ...contract.Exchange) iter.Seq2[contract.Exchange, error] {
	return func(yield func(contract.Exchange, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func body(text string) contract.Body { return contract.Body{Text: []byte(text), Size: len(text)} }

// exchanges are those of full.
func exchanges() []contract.Exchange {
	at := time.Date(2025, 1, 20, 9, 14, 2, 0, time.UTC)
	json := http.Header{"Content-Type": {"application/json"}, "X-Api-Key": {"$AGENTMOCK_API_KEY"}}
	return []contract.Exchange{
		{Number: 2, Fixture: "update-one", Operation: "updateAgent", StartedAt: at.Add(time.Second),
			Duration: 1500 * time.Microsecond, Method: "PUT", RequestHeader: json,
			URL:         "http://127.0.0.1:4010/v1/api/agents/1?a=1&b=x%20y&a=%zz&c",
			RequestBody: body(`{"name":"Renewals"}`), Status: 200,
			ResponseHeader: http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {
				"sid=1; Path=/; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; Secure", "=; ;"}},
			ResponseBody: body(`{"_id":"1","name":"</script><!--"}`)},
		{Number: 1, Fixture: "update-one", Operation: "updateAgent", StartedAt: at, Duration: time.Millisecond,
			Method: "PUT", URL: "http://127.0.0.1:4010/v1/api/agents/ü <\x00", RequestHeader: http.Header{},
			RequestBody: body("\xff\x00"), Status: 500, ResponseBody: body("\xfe\xff"),
			ResponseHeader: http.Header{"X-Odd": {"\xff\x1b[31m"}, "Location": {"/there"}}},
		{Number: 3, Fixture: "read", Operation: "getAgent", StartedAt: at, Method: "GET", Duration: time.Second,
			URL: "http://127.0.0.1:4010/v1/api/agents/1", Error: "connection reset",
			RequestHeader: http.Header{"Cookie": {"one=1; two=2"}}},
		{Number: 4, StartedAt: at, Method: "GET", URL: "http://127.0.0.1:4010/v1/api/agents", Status: 204,
			ResponseBody: contract.Body{Text: []byte("[1,"), Size: 3 << 20}},
	}
}

type har struct {
	Log struct {
		Version, Comment string
		Pages            []struct{ ID, Title, StartedDateTime string }
		Entries          []struct {
			Pageref, Fixture string
			Operation        string `json:"_operation"`
			Time             float64
			Request          struct {
				URL                  string
				QueryString, Cookies []struct{ Name, Value string }
				PostData             *struct{ Text, Encoding string }
			}
			Response struct {
				Status   int
				Error    string `json:"_error"`
				Comment  string
				Redirect string `json:"redirectURL"`
				Content  struct{ Text, Encoding, Comment string }
				Cookies  []struct{ Name, Expires string }
			}
		}
	}
}

func writeHAR(t *testing.T, run *report.Run) (h har) {
	t.Helper()
	var out bytes.Buffer
	if err := report.HAR(&out, run); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &h); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	return h
}

// TestHAR wants each exchange as it was, bytes that are no text included, and no request without its page.
func TestHAR(t *testing.T) {
	t.Parallel()
	log := writeHAR(t, &report.Run{Report: full(), Exchanges: sequence(exchanges()...)}).Log
	if log.Version != "1.2" || len(log.Entries) != 4 || len(log.Pages) != 3 {
		t.Fatalf("version %s, %d entries, %+v", log.Version, len(log.Entries), log.Pages)
	}
	first, second, third, last := log.Entries[0], log.Entries[1], log.Entries[2], log.Entries[3]
	if p := log.Pages[0]; p.ID != first.Pageref || p.Title != "update-one: failed" ||
		p.StartedDateTime != "2025-01-20T09:14:02Z" {
		t.Errorf("a page does not begin with its first request: %+v", p)
	}
	if p := log.Pages[2]; p.ID != last.Pageref || p.ID == "" {
		t.Errorf("requests of the run's own have the page %q, which is %+v", last.Pageref, p)
	}
	var query []string
	for _, q := range first.Request.QueryString {
		query = append(query, q.Name+"="+q.Value)
	}
	if got := strings.Join(query, "&"); got != "a=1&b=x y&a=%zz&c=" {
		t.Errorf("query %s", got)
	}
	if first.Operation != "updateAgent" || first.Time != 1.5 || len(first.Response.Cookies) != 2 ||
		first.Response.Cookies[0].Expires != "2026-10-21T07:28:00Z" ||
		first.Response.Content.Text != `{"_id":"1","name":"</script><!--"}` {
		t.Errorf("%+v", first)
	}
	if got := second.Request.URL; got != "http://127.0.0.1:4010/v1/api/agents/%C3%BC%20%3C%00" {
		t.Errorf("%s is no URI", got)
	}
	content, err := base64.StdEncoding.DecodeString(second.Response.Content.Text)
	if err != nil || string(content) != "\xfe\xff" || second.Response.Content.Encoding != "base64" {
		t.Errorf("a body that is no text: %+v", second.Response.Content)
	}
	if second.Request.PostData.Text != "/wA=" || second.Response.Redirect != "/there" {
		t.Errorf("%+v", second)
	}
	if third.Response.Status != 0 || third.Response.Error != "connection reset" || third.Request.PostData != nil ||
		!strings.Contains(third.Response.Comment, "connection reset") || len(third.Request.Cookies) != 2 {
		t.Errorf("no response: %+v", third)
	}
	if last.Response.Content.Comment != "the first 3 of 3145728 bytes" {
		t.Errorf("a body that is not whole: %+v", last.Response.Content)
	}
}

// TestHARWithoutExchanges wants a report that has lost them to say so.
func TestHARWithoutExchanges(t *testing.T) {
	t.Parallel()
	if log := writeHAR(t, &report.Run{Report: full()}).Log; log.Comment == "" || log.Entries == nil {
		t.Errorf("%+v", log)
	}
}

// TestExchangesThatCannotBeRead wants each format that shows them to fail.
func TestExchangesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	lost := errors.New("input/output error")
	for _, f := range report.Formats() {
		if !f.Exchanges {
			continue
		}
		run := report.Run{Report: full(), Exchanges: func(yield func(contract.Exchange, error) bool) {
			_ = yield(contract.Exchange{}, nil) && yield(contract.Exchange{}, lost)
		}}
		if err := f.Write(&bytes.Buffer{}, &run); !errors.Is(err, lost) {
			t.Errorf("%s: got %v, want %v", f.Name, err, lost)
		}
	}
}
