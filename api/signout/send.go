package signout

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// Slack's names of the methods.
const (
	methodReset      = "admin.users.session.reset"
	methodResetBulk  = "admin.users.session.resetBulk"
	methodInvalidate = "admin.users.session.invalidate"
)

func (p *Plan) callFor(intent *event) Call {
	switch {
	case p.Action == ActionInvalidate:
		return Call{methodInvalidate, intent.Users, intent.Session}
	case len(intent.Users) == 1:
		return Call{methodReset, intent.Users, 0}
	default:
		return Call{methodResetBulk, intent.Users, 0}
	}
}

// sendRequest sends the one request of an intent and stores the result in att. The end
// of ctx cancels the request only before it is sent.
func (a *applier) sendRequest(ctx context.Context, intent *event, att *attempt) (requestID string) {
	var guard sendGuard
	var header http.Header
	var body json.RawMessage
	callCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	a.setInFlight(true)
	defer a.setInFlight(false)
	defer context.AfterFunc(ctx, func() {
		if guard.state.CompareAndSwap(waiting, canceled) {
			cancel()
			return
		}
		a.reportFinishing()
	})()

	// An attempt is one request, so that each request has an intent. The guard is last,
	// because another option may replace the body.
	opts := slices.Concat(a.callOptions, []api.CallOption{
		api.WithCallMaxAttempts(1), api.WithHeaderInto(&header), api.WithBodyInto(&body), guard.wrapBody,
	})
	att.err = a.call(callCtx, a.plan.callFor(intent), opts)
	att.body, att.requestBuilt, att.sent = body, guard.requestBuilt, guard.state.Load() == sent && !api.NotSent(att.err)
	return cut(header.Get("X-Slack-Req-Id"), 200)
}

func (a *applier) call(ctx context.Context, call Call, opts []api.CallOption) (err error) {
	mobileOnly, webOnly := a.plan.MobileOnly, a.plan.WebOnly
	switch call.Method {
	case methodInvalidate:
		_, err = a.client.AdminUsersSessionInvalidate(ctx, api.AdminUsersSessionInvalidateRequest{UserID: call.Users[0], SessionID: call.Session}, opts...)
	case methodReset:
		_, err = a.client.AdminUsersSessionReset(ctx, api.AdminUsersSessionResetRequest{UserID: call.Users[0], MobileOnly: mobileOnly, WebOnly: webOnly}, opts...)
	default:
		_, err = a.client.AdminUsersSessionResetBulk(ctx, api.AdminUsersSessionResetBulkRequest{UserIDs: call.Users, MobileOnly: mobileOnly, WebOnly: webOnly}, opts...)
	}
	return err
}

// CallsFor returns how many calls an action needs for a number of users or sessions
// if Slack refuses none.
func CallsFor(action Action, rows int) int {
	if action == ActionInvalidate {
		return rows
	}
	return (rows + maxChunk - 1) / maxChunk
}

// Estimate returns the shortest time that a client with [api.WithPacing] needs for a
// number of calls, or pages of sessions. Slack allows about 20 a minute.
func Estimate(calls int) time.Duration {
	perMinute := slack.CallsPerMinute["2"]
	if calls <= 0 {
		return 0
	}
	full, rest := (calls-1)/perMinute, (calls-1)%perMinute
	return time.Duration(full)*slack.PaceWindow + time.Duration(rest)*time.Second
}

// A sendGuard observes when a request is sent, or prevents it.
type sendGuard struct {
	requestBuilt bool
	state        atomic.Int32
}

// The states of a sendGuard.
const (
	waiting int32 = iota
	sent
	canceled
)

// wrapBody is an [api.CallOption].
func (g *sendGuard) wrapBody(_ context.Context, req *http.Request) error {
	g.requestBuilt = true
	req.Body = &guardedBody{req.Body, g}
	if getBody := req.GetBody; getBody != nil { // net/http calls it to send the request again
		req.GetBody = func() (io.ReadCloser, error) {
			body, err := getBody()
			return &guardedBody{body, g}, err
		}
	}
	return nil
}

// A guardedBody is the body of a request. The request counts as sent once the body is read.
type guardedBody struct {
	io.ReadCloser
	guard *sendGuard
}

func (b *guardedBody) Read(p []byte) (int, error) {
	if !b.guard.state.CompareAndSwap(waiting, sent) && b.guard.state.Load() == canceled {
		return 0, context.Canceled
	}
	return b.ReadCloser.Read(p)
}
