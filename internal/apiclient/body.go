package apiclient

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// acceptEncoding is what requests accept that do not say so themselves. Without the header, anything is
// acceptable (RFC 9110 §12.5.3).
const acceptEncoding = "gzip"

// read returns the body of a response to a request, decompressed. After 101 the connection speaks another
// protocol (RFC 9110 §15.2.2): nothing that comes is a body.
func (c *Client) read(req *http.Request, res *http.Response) ([]byte, error) {
	if res.StatusCode == http.StatusSwitchingProtocols {
		return nil, nil
	}
	limit := int64(c.options.MaxBody) + 1
	data, err := io.ReadAll(io.LimitReader(res.Body, limit))
	if err != nil {
		return nil, &BrokenOffError{res.StatusCode, len(data), c.explain(err)}
	}
	codings := codingsOf(res.Header)
	for _, coding := range slices.Backward(codings) {
		if len(data) == 0 || len(data) > c.options.MaxBody {
			break
		}
		if !strings.EqualFold(coding, "gzip") && !strings.EqualFold(coding, "x-gzip") {
			return nil, undecodable(req, res, coding)
		}
		unzipped, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(unzipped, limit))
		}
		if err != nil {
			return nil, &UnreadableError{res.StatusCode, fmt.Sprintf("the answer, %d, says that it is compressed "+
				"(Content-Encoding: %s), and is not: %v", res.StatusCode, coding, err)}
		}
	}
	switch {
	case len(data) > c.options.MaxBody:
		return nil, &TooLongError{res.StatusCode, fmt.Sprintf("%d bytes", c.options.MaxBody)}
	case len(data) > MaxValues && values(data) > MaxValues:
		return nil, &TooLongError{res.StatusCode, fmt.Sprintf("%d values", MaxValues)}
	}
	return data, nil
}

// codingsOf returns what was done to a body, in that order (RFC 9110 §8.4). "identity" is nothing.
func codingsOf(header http.Header) []string {
	var list []string
	for _, line := range header.Values("Content-Encoding") {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
				list = append(list, coding)
			}
		}
	}
	return list
}

// undecodable returns the error for a body in a coding that cannot be undone.
func undecodable(req *http.Request, res *http.Response, coding string) error {
	accepted := strings.Join(req.Header.Values("Accept-Encoding"), ", ")
	why := "which was not asked for (Accept-Encoding: " + accepted + ")"
	if asked := strings.ToLower(accepted); asked == "" || strings.Contains(asked, strings.ToLower(coding)) ||
		strings.Contains(asked, "*") {
		why = "which cannot be decoded: only gzip can"
	}
	return &UnreadableError{res.StatusCode, fmt.Sprintf("the answer, %d, has Content-Encoding: %s, %s", res.StatusCode,
		coding, why)}
}

// values returns the number of values in a JSON text; 1 for what is neither an object nor an array.
func values(text []byte) int {
	text = bytes.TrimLeft(text, " \t\r\n")
	count, inString := 1, false
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return count
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case !inString && (c == ',' || c == '{' || c == '['):
			count++
		}
	}
	return count
}
