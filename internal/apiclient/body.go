package apiclient

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// read returns the body of a response, decompressed.
func (c *Client) read(res *http.Response) ([]byte, error) {
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
	if len(data) > c.options.MaxBody {
		return nil, &TooLongError{res.StatusCode, c.options.MaxBody}
	}
	return data, nil
}
