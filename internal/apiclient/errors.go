package apiclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"
)

// UndeliveredError is the error of a request of which surely nothing has reached the target.
type UndeliveredError struct{ error }

// Unwrap returns why it was not delivered.
func (e *UndeliveredError) Unwrap() error { return e.error }

// UnsendableError is the error of a request that HTTP has no form for.
type UnsendableError struct{ error }

// TimeoutError is the error of a request that was not answered in time.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string { return fmt.Sprintf("no answer within %s", e.After) }

// TooLongError is the error of a response that is more than anybody wants to judge: its body is longer
// than Options.MaxBody, or has more than MaxValues JSON values.
type TooLongError struct {
	Status int
	Limit  string // "33554432 bytes"
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("the answer, %d, has more than %s", e.Status, e.Limit)
}

// BrokenOffError is the error of a response that broke off in its body. It wraps why.
type BrokenOffError struct {
	Status int
	Bytes  int // that came
	Err    error
}

func (e *BrokenOffError) Error() string {
	return fmt.Sprintf("the answer, %d, broke off after %d bytes of its body: %v", e.Status, e.Bytes, e.Err)
}

// Unwrap returns why it broke off.
func (e *BrokenOffError) Unwrap() error { return e.Err }

// UnreadableError is the error of a response whose body is encoded as it should not be (RFC 9110 §8.4).
type UnreadableError struct {
	Status int
	Reason string // "the answer, 200, has Content-Encoding: br, …"
}

func (e *UnreadableError) Error() string { return e.Reason }

// explain drops the method and address that net/http puts in front of an error, which may hold
// secrets and are reported anyway, and says how long the client has waited.
func (c *Client) explain(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &TimeoutError{c.options.Timeout}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the connection was closed: %w", err)
	}
	return err
}
