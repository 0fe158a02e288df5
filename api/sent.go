package api

import (
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
// if the response to each attempt says that Slack did not act on it: with a code, other
// than internal_error, fatal_error and service_unavailable, or with status 408, 425 or
// 429. It is also false if err is nil or not of a call.
func MayBeDone(err error) bool {
	fate := fateOf(err)
	if fate.unsent || fate.safe {
		return false
	}
	if fate.maybe {
		return true
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
	maybe  bool // Slack may have acted on an attempt before the last
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
	isNetHTTP  bool        // the transport is net/http's own
	asked, got atomic.Bool // in this attempt: net/http looked for a connection, and had one
	left       bool        // this attempt may have left
	sent       bool        // this attempt may have left, or one before
	maybe      bool        // Slack may have acted on an attempt before this one
}

// watch returns req with a context that d watches.
func (d *departure) watch(req *http.Request, transport http.RoundTripper) *http.Request {
	_, d.isNetHTTP = transport.(*http.Transport)
	d.trace.GetConn = func(string) { d.asked.Store(true) }
	d.trace.GotConn = func(httptrace.GotConnInfo) { d.got.Store(true) }
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &d.trace))
}

// begin is called before each attempt.
func (d *departure) begin() {
	d.asked.Store(false)
	d.got.Store(false)
}

// end is called after each attempt, with its error. That net/http looked for a
// connection in vain proves that nothing left, unless another transport around it may
// have sent the request in a way of its own. Then only an error of dialing does.
func (d *departure) end(err error) {
	var op *net.OpError
	notDialed := errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
	switch {
	case err == nil, d.got.Load():
		d.left = true
	case d.isNetHTTP && d.asked.Load():
		d.left = false
	default:
		d.left = !notDialed
	}
	d.sent = d.sent || d.left
}

// retry is called before another attempt, with what came of this one.
func (d *departure) retry(a *answer, err error) {
	failed := err != nil || a.status >= http.StatusInternalServerError || a.code() != ErrRequestTimeout && isTransient(a.code())
	d.maybe = d.maybe || d.left && failed
}
