package api

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/seed-38c23bad/slackadmin/generated"
	"github.com/seed-38c23bad/slackadmin/internal/slack"
)

// A File is a file to upload: the name that Slack shows, and a reader of the content.
// A call is retried only if Content is an [io.Seeker], as an [os.File] is. If Content
// is nil, the argument is left out.
type File = generated.File

// An encoding is how a method takes its arguments.
type encoding int

const (
	encodingNone      encoding = iota // the method has no arguments
	encodingQuery                     // the query of a GET
	encodingForm                      // a form in the body
	encodingJSON                      // JSON in the body
	encodingMultipart                 // a form that can carry files
)

// A method is what the spec says about a Slack method, without its Go types.
type method struct {
	name            string // Slack's name
	server          string // base URL without a trailing slash; "" for the Web API
	path            string // path on server; unused for the Web API
	successByStatus bool   // the status tells a success; the response has no ok
	public          bool   // no token is sent
	arguments       encoding
	idempotent      bool          // safe to repeat after a lost response
	readOnly        bool          // changes nothing at Slack
	minInterval     time.Duration // between two calls, by the method's tier
	stream          string        // media type of a success that is not JSON; "" if all are JSON
	maxItems        int           // per page; 0 if there are no pages or no limit

	// If the method has pages: the dotted paths of the next page's cursor, or of the
	// number of pages, and of the items.
	nextAt, itemsAt string

	lastSize atomic.Int64 // bytes of the last response body, a hint for the next
}

// An operation is a method with its Go types. methods.gen.go has one per method.
type operation[Req, Resp any] struct {
	method
	allocItems func(*Resp, int) // allocates capacity for so many items

	// missingField returns the path of a required field that the response lacks, or
	// "". has reports whether the JSON has a value other than null at a path.
	missingField func(resp *Resp, has func(path string) bool) string

	// nextPage makes the request ask for the page after resp. It returns that page's
	// cursor or number, or "" if resp is the last page. It is nil if there are no pages.
	nextPage func(req *Req, resp *Resp) (string, error)
}

// Call calls a method that the spec does not have, by Slack's name for it:
//
//	team, err := api.Call[struct {
//		Team struct{ Name string `json:"name"` } `json:"team"`
//	}](ctx, client, "team.info", map[string]string{"team": "T12345678"})
//
// It sends args, a struct with json tags or a map, as a form, which every method
// accepts; nil sends no arguments. The response is decoded into Resp, which needs no
// field for ok. Token, retries, errors and limits work as for the methods of [Client].
// The method counts as not idempotent.
//
// For regular use, add the method to the spec. It then has types, docs, pages, error
// codes and more retries.
func Call[Resp any](ctx context.Context, c *Client, name string, args any, opts ...CallOption) (*Resp, error) {
	if !slack.Method.MatchString(name) {
		return nil, withOutcome(fmt.Errorf("Call: %q is not a method name; want Slack's name, such as team.info", name), outcome{notSent: true})
	}
	op := &operation[any, Resp]{method: method{name: name, arguments: encodingForm, minInterval: time.Second}}
	if args == nil {
		op.arguments = encodingNone
	}
	return call(ctx, c, op, args, opts)
}
