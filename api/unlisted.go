package api

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

var methodName = regexp.MustCompile(`^\w+(\.\w+)*$`)

// Call calls a method that the spec does not have, by Slack's name for it:
//
//	team, err := api.Call[struct {
//		Team struct{ Name string `json:"name"` } `json:"team"`
//	}](ctx, client, "team.info", map[string]string{"team": "T12345678"})
//
// It sends args, a struct with json tags or a map, as a form, which every method
// reads; nil sends none. Everything else is as with the methods of [Client]: the
// token, the attempts, the errors and the bounds. The method counts as not
// idempotent, for nothing is known of it. Resp is decoded
// from the response; it need not have a field for ok.
//
// For more than an experiment, add the method to the spec: that gives it types,
// docs, pages, error codes and the retries that it allows.
func Call[Resp any](ctx context.Context, c *Client, name string, args any, opts ...CallOption) (*Resp, error) {
	if !methodName.MatchString(name) {
		return nil, withFate(fmt.Errorf("Call: %q is no method; want Slack's name of one, such as team.info", name), fate{unsent: true})
	}
	op := &operation[any, Resp]{method: method{name: name, arguments: inForm, interval: time.Second}}
	if args == nil {
		op.arguments = inNothing
	}
	return call(ctx, c, op, args, opts)
}
