package api

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// NotSent reports whether err is from a call that sent nothing to Slack: an argument
// or option was wrong, a known rate limit did not allow the call, its context ended
// before, or no attempt got a connection. Then Slack has done nothing, and any method
// may be called again.
//
// It returns false if err is nil or not from a call.
func NotSent(err error) bool { return outcomeOf(err).notSent }

// MayBeDone reports whether Slack may have done all or part of what a call asked for,
// although the call returned err.
//
// It returns false if nothing was sent, as [NotSent] reports, if the method only reads,
// or if every response says that Slack did not act on the attempt: with status 408, 425
// or 429, or with an error code other than internal_error, fatal_error and
// service_unavailable and a status below 500. It also returns false if err is nil or not
// from a call.
func MayBeDone(err error) bool {
	o := outcomeOf(err)
	var apiErr *Error
	var respErr *ResponseError
	switch {
	case o.notSent || o.readOnly:
		return false
	case o.mayHaveTakenEffect:
		return true
	case errors.As(err, &apiErr):
		return serverError(apiErr.StatusCode, apiErr.Code)
	case errors.As(err, &respErr):
		return !notProcessed(respErr.StatusCode)
	default:
		return errors.As(err, new(*callError))
	}
}

// An outcome is what an error of a call knows about the call's effect at Slack.
type outcome struct {
	notSent            bool // nothing was sent
	readOnly           bool // the method only reads
	mayHaveTakenEffect bool // Slack may have acted on an attempt before the last
}

// A callError is an error of a call without a response.
type callError struct {
	err     error
	outcome outcome
}

func (e *callError) Error() string { return e.err.Error() }

func (e *callError) Unwrap() error { return e.err }

func outcomeOf(err error) outcome {
	var callErr *callError
	var apiErr *Error
	var respErr *ResponseError
	switch {
	case errors.As(err, &callErr):
		return callErr.outcome
	case errors.As(err, &apiErr):
		return apiErr.outcome
	case errors.As(err, &respErr):
		return respErr.outcome
	default:
		return outcome{}
	}
}

// withOutcome returns err, of a call, with its outcome.
func withOutcome(err error, o outcome) error {
	switch e := err.(type) { //nolint:errorlint // an error that wraps one gets a callError
	case *Error:
		e.outcome = o
	case *ResponseError:
		e.outcome = o
	default:
		return &callError{err, o}
	}
	return err
}

// A sendTrace finds out whether a call was sent, from net/http's trace.
type sendTrace struct {
	clientTrace        httptrace.ClientTrace
	isNetHTTP          bool        // the transport is net/http's own
	wantConn, gotConn  atomic.Bool // in this attempt, net/http looked for a connection, and got one
	maybeSent          bool        // this attempt may have been sent
	sent               bool        // this or an earlier attempt may have been sent
	mayHaveTakenEffect bool        // Slack may have acted on an earlier attempt
}

// watch returns req with a context that the trace observes.
func (t *sendTrace) watch(req *http.Request, transport http.RoundTripper) *http.Request {
	_, t.isNetHTTP = transport.(*http.Transport)
	t.clientTrace.GetConn = func(string) { t.wantConn.Store(true) }
	t.clientTrace.GotConn = func(httptrace.GotConnInfo) { t.gotConn.Store(true) }
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &t.clientTrace))
}

// begin is called before each attempt.
func (t *sendTrace) begin() {
	t.wantConn.Store(false)
	t.gotConn.Store(false)
}

// end is called after each attempt, with its error. Without a connection nothing was
// sent, if the transport is net/http's own. Another transport may send the request by
// other means, so only a dial error proves that nothing was sent.
func (t *sendTrace) end(err error) {
	var opErr *net.OpError
	switch {
	case err == nil, t.gotConn.Load():
		t.maybeSent = true
	case t.isNetHTTP && t.wantConn.Load():
		t.maybeSent = false
	default:
		t.maybeSent = !errors.As(err, &opErr) || opErr.Op != "dial" && opErr.Op != "proxyconnect"
	}
	t.sent = t.sent || t.maybeSent
}

// beforeRetry is called before another attempt, with the result of this one.
func (t *sendTrace) beforeRetry(r *response, err error) {
	failed := err != nil || serverError(r.status, r.code)
	t.mayHaveTakenEffect = t.mayHaveTakenEffect || t.maybeSent && failed
}
