package signout

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/seed-38c23bad/slackadmin/api"
)

// Slack's names of the methods.
const (
	methodReset      = "admin.users.session.reset"
	methodResetBulk  = "admin.users.session.resetBulk"
	methodInvalidate = "admin.users.session.invalidate"
)

// call returns the call that an intent is for.
func (p *Plan) call(intent *event) Call {
	switch {
	case p.Action == ActionInvalidate:
		return Call{methodInvalidate, intent.Users, intent.Session}
	case len(intent.Users) == 1:
		return Call{methodReset, intent.Users, 0}
	default:
		return Call{methodResetBulk, intent.Users, 0}
	}
}

// call makes the one request that an intent is for, and says in sent what came of
// it. A request that was sent is not canceled with ctx; one that still waits for
// its turn is.
func (a *applier) call(ctx context.Context, intent *event, sent *attempt) (requestID string) {
	var d departure
	var header http.Header
	var body json.RawMessage
	inFlight, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	a.setSending(true)
	defer a.setSending(false)
	defer context.AfterFunc(ctx, func() {
		if d.state.CompareAndSwap(waiting, calledOff) {
			cancel()
			return
		}
		a.finishing()
	})()

	// An attempt is one request, so that each has its intent. The watch is last: a
	// body that an option replaces is not sent yet.
	opts := slices.Concat(a.callOptions, []api.CallOption{
		api.WithCallMaxAttempts(1), api.WithHeaderInto(&header), api.WithBodyInto(&body), d.watch,
	})
	switch call := a.plan.call(intent); call.Method {
	case methodInvalidate:
		_, sent.err = a.client.AdminUsersSessionInvalidate(inFlight, api.AdminUsersSessionInvalidateRequest{
			UserID: call.Users[0], SessionID: call.Session,
		}, opts...)
	case methodReset:
		_, sent.err = a.client.AdminUsersSessionReset(inFlight, api.AdminUsersSessionResetRequest{
			UserID: call.Users[0], MobileOnly: a.plan.MobileOnly, WebOnly: a.plan.WebOnly,
		}, opts...)
	default:
		_, sent.err = a.client.AdminUsersSessionResetBulk(inFlight, api.AdminUsersSessionResetBulkRequest{
			UserIDs: call.Users, MobileOnly: a.plan.MobileOnly, WebOnly: a.plan.WebOnly,
		}, opts...)
	}
	sent.body, sent.built, sent.sent = body, d.built, d.state.Load() == departed && !api.NotSent(sent.err)
	return cut(header.Get("X-Slack-Req-Id"), 200)
}

// A departure tells when a request is sent, or stops it before.
type departure struct {
	built bool // there is a request
	state atomic.Int32
}

// The states of a departure.
const (
	waiting int32 = iota
	departed
	calledOff
)

// watch is an [api.CallOption].
func (d *departure) watch(_ context.Context, req *http.Request) error {
	d.built = true
	req.Body = &departing{req.Body, d}
	if again := req.GetBody; again != nil { // net/http itself may send it anew
		req.GetBody = func() (io.ReadCloser, error) {
			body, err := again()
			return &departing{body, d}, err
		}
	}
	return nil
}

// departing is the body of a request, which is sent when it is read.
type departing struct {
	io.ReadCloser
	d *departure
}

func (b *departing) Read(p []byte) (int, error) {
	if !b.d.state.CompareAndSwap(waiting, departed) && b.d.state.Load() == calledOff {
		return 0, context.Canceled
	}
	return b.ReadCloser.Read(p)
}
