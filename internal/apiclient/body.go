package apiclient

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// read returns the body of a response, decompressed. After 101 the connection speaks another protocol
// (RFC 9110 §15.2.2): nothing that comes is a body.
func (c *Client) read(res *http.Response) ([]byte, error) {
	if res.StatusCode == http.StatusSwitchingProtocols {
		return nil, nil
	}
	limit := int64(c.options.MaxBody) + 1
	data, err := io.ReadAll(io.LimitReader(res.Body, limit))
	if err != nil {
		return nil, fmt.Errorf("the answer, %d, broke off after %d bytes of its body: %w", res.StatusCode, len(data),
			c.explain(err))
	}
	// A compression that was not asked for is lawful (RFC 9110 §12.5.3).
	compressed := strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip")
	if compressed && len(data) > 0 && len(data) <= c.options.MaxBody {
		unzipped, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(unzipped, limit))
		}
		if err != nil {
			return nil,
				fmt.Errorf("the answer, %d, says that it is compressed (content-encoding: gzip), and is not: %w",
					res.StatusCode, err)
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
