package mockserver

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// capture keeps a copy of a body that passes, if it is not too long. It is safe for concurrent use.
type capture struct {
	server *Server
	limit  int64

	mu     sync.Mutex
	data   []byte
	length int64  // of what has passed
	why    string // why there is no copy; "" where there is one
	ended  bool   // all of the body has passed
	closed bool   // nothing is copied any more
}

// begin begins a copy of a body. The length is the promised one, -1 for unknown.
func (c *capture) begin(s *Server, length int64) {
	c.server, c.limit = s, s.options.MaxBody
	switch {
	case length > c.limit:
		c.drop(tooLongToJudge(c.limit))
	case length > 0:
		c.data = make([]byte, 0, min(length, firstRead))
	}
}

func tooLongToJudge(limit int64) string {
	return fmt.Sprintf("it is longer than %d bytes (--max-body)", limit)
}

// take copies what passes, and returns the length of all so far.
func (c *capture) take(data []byte) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.length += int64(len(data))
	switch {
	case c.closed || c.why != "":
	case c.length > c.limit:
		c.drop(tooLongToJudge(c.limit))
	case c.server.passing.bytes.Add(int64(len(data))) > maxPassing:
		c.server.passing.bytes.Add(-int64(len(data)))
		c.drop("the bodies under way were too long together")
	default:
		c.data = append(c.data, data...)
	}
	return c.length
}

// drop gives the copy up. The lock is held.
func (c *capture) drop(why string) {
	c.server.passing.bytes.Add(-int64(len(c.data)))
	c.data, c.why = nil, why
}

// end notes that all of the body has passed.
func (c *capture) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.ended = true
	}
}

// close ends the copy.
func (c *capture) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

// copied returns the body as the header's Content-Encoding has made it, and why there is none that can be judged; ""
// where there is. The capture is closed.
func (c *capture) copied(h http.Header) (body []byte, why string) {
	switch {
	case c.why != "":
		return nil, c.why
	case !c.ended && encodings(h) != nil:
		return nil, partly
	case !c.ended:
		return c.data, partly
	case len(c.data) == 0:
		return nil, ""
	}
	body, err := unpacked(c.data, encodings(h), c.limit)
	if err != nil {
		return nil, err.Error()
	}
	return body, ""
}

const partly = "not all of it has passed"

// free gives back what the copy has of the memory for all.
func (c *capture) free() { c.server.passing.bytes.Add(-int64(len(c.data))) }

// encodings returns how a body was encoded, in order; nil for not at all.
func encodings(h http.Header) (list []string) {
	for _, line := range h["Content-Encoding"] {
		for name := range strings.SplitSeq(strings.ToLower(line), ",") {
			if name = strings.TrimSpace(name); name != "" && name != "identity" {
				list = append(list, name)
			}
		}
	}
	return list
}

// mostEncodings bounds how often a body may have been encoded to be judged.
const mostEncodings = 4

// unpacked returns a body without its encodings.
func unpacked(body []byte, encodings []string, limit int64) ([]byte, error) {
	if len(encodings) > mostEncodings {
		return nil, fmt.Errorf("it has %d encodings", len(encodings))
	}
	for _, name := range slices.Backward(encodings) {
		r, err := unpacker(name, body)
		if err != nil {
			return nil, cannotUndo(name, err)
		}
		body, err = io.ReadAll(io.LimitReader(r, limit+1))
		_ = r.Close() // of a reader from memory
		switch {
		case err != nil:
			return nil, cannotUndo(name, err)
		case int64(len(body)) > limit:
			return nil, errors.New(tooLongToJudge(limit) + ", decompressed")
		}
	}
	return body, nil
}

func cannotUndo(encoding string, err error) error {
	return fmt.Errorf("its Content-Encoding %s cannot be undone: %w", strconv.Quote(truncate(encoding, 50)), err)
}

// unpacker returns a reader of what an encoding was made of.
func unpacker(name string, body []byte) (io.ReadCloser, error) {
	from := bytes.NewReader(body)
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(from)
	case "deflate": // is zlib (RFC 9110 §8.4.1.2); some leave its frame out
		if r, err := zlib.NewReader(from); err == nil {
			return r, nil
		}
		return flate.NewReader(bytes.NewReader(body)), nil
	case "br":
		return io.NopCloser(brotli.NewReader(from)), nil
	case "zstd":
		r, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	}
	return nil, errors.New("it is unknown")
}

// contentLength returns the length of a body that a header promises; -1 for none.
func contentLength(h http.Header) int64 {
	n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// passingBody is the body of a request that passes.
type passingBody struct {
	io.ReadCloser
	copy   *capture
	length int64 // as it was promised; -1: it was not
}

func (b *passingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if passed := b.copy.take(p[:n]); err == io.EOF || passed == b.length {
		b.copy.end() // the backend may answer before anybody has read the EOF
	}
	return n, err
}
