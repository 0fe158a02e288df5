package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// NotSent reports whether err says that nothing of a call left for Slack: its
// arguments or options were wrong, its turn did not come, its context ended before,
// or none of its attempts got a connection, through a proxy or without one. Slack
// has then done nothing, and the call may be repeated, whatever its method is.
//
// It is false if err is nil or not of a call.
func NotSent(err error) bool { return fateOf(err).unsent }

// MayBeDone reports whether Slack may have done what a call asked for, or a part of
// it, although the call returned err.
//
// It is false if nothing was sent, as [NotSent] says, if the method only reads, and
// if the response says that Slack did not act on the request: with a code, other than
// internal_error, fatal_error and service_unavailable, or with status 408, 425 or 429.
// It is also false if err is nil or not of a call.
func MayBeDone(err error) bool {
	fate := fateOf(err)
	if fate.unsent || fate.safe {
		return false
	}
	var refused *Error
	var unreadable *ResponseError
	switch {
	case errors.As(err, &refused):
		return refused.StatusCode >= http.StatusInternalServerError || refused.Code != ErrRequestTimeout && isTransient(refused.Code)
	case errors.As(err, &unreadable):
		return !notActedOn(unreadable.StatusCode)
	default:
		return errors.As(err, new(*callError))
	}
}

// fate is what the error of a call tells beside its text.
type fate struct {
	unsent bool // nothing left for Slack
	safe   bool // the method only reads
}

// callError is an error of a call for which no response came.
type callError struct {
	err  error
	fate fate
}

func (e *callError) Error() string { return e.err.Error() }

func (e *callError) Unwrap() error { return e.err }

func fateOf(err error) fate {
	var call *callError
	var refused *Error
	var unreadable *ResponseError
	switch {
	case errors.As(err, &call):
		return call.fate
	case errors.As(err, &refused):
		return refused.fate
	case errors.As(err, &unreadable):
		return unreadable.fate
	default:
		return fate{}
	}
}

// withFate returns err, of a call, with its fate.
func withFate(err error, f fate) error {
	switch e := err.(type) { //nolint:errorlint // what they are wrapped in has its own fate
	case *Error:
		e.fate = f
	case *ResponseError:
		e.fate = f
	default:
		return &callError{err, f}
	}
	return err
}

// A departure tells whether a call has left for Slack, by what net/http's trace tells of
// its connections.
type departure struct {
	trace      httptrace.ClientTrace
	asked, got atomic.Bool // in this attempt: net/http looked for a connection, and had one
	left       bool        // this attempt may have left
	sent       bool        // this attempt may have left, or one before
}

// watch returns a context whose requests d watches. That a connection is looked for is
// known of net/http's own transport; it costs more to be told.
func (d *departure) watch(ctx context.Context, transport http.RoundTripper) context.Context {
	if ctx == nil {
		return nil // net/http has an error for it
	}
	d.trace.GotConn = func(httptrace.GotConnInfo) { d.got.Store(true) }
	if _, isNetHTTP := transport.(*http.Transport); isNetHTTP {
		d.asked.Store(true)
	} else {
		d.trace.GetConn = func(string) { d.asked.Store(true) }
	}
	return httptrace.WithClientTrace(ctx, &d.trace)
}

// begin is called before each attempt.
func (d *departure) begin() { d.got.Store(false) }

// end is called after each attempt, with its error. Of a transport that has nothing of
// net/http's, only an error of dialing says that the attempt has not left.
func (d *departure) end(err error) {
	d.left = d.got.Load()
	if !d.asked.Load() {
		var op *net.OpError
		d.left = !errors.As(err, &op) || op.Op != "dial" && op.Op != "proxyconnect"
	}
	d.sent = d.sent || d.left
}
