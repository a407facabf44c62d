package mockserver

import (
	"net/http"

	"github.com/agentmock/agentmock/fixtures/traffic"
)

// seen returns an exchange as a recorder of traffic sees it, secrets included. The header is the response's.
func (x *exchange) seen(res *response, header http.Header) traffic.Exchange {
	return traffic.Exchange{
		Session: x.session.Name(), StartedAt: x.received, Method: x.http.Method, URL: x.http.URL.RequestURI(),
		RequestHeader: x.http.Header.Clone(), RequestBody: x.body.raw, Truncated: x.body.status != 0,
		Status: res.status, ResponseHeader: header.Clone(), ResponseBody: res.body,
	}
}
