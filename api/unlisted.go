package api

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"time"
)

var methodName = regexp.MustCompile(`^\w+(\.\w+)*$`)

// Call calls a method that the spec does not have, by Slack's name for it:
//
//	user, err := api.Call[struct {
//		User struct{ ID string `json:"id"` } `json:"user"`
//	}](ctx, client, "users.lookupByEmail", map[string]string{"email": "zoe@example.com"})
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
		return nil, fmt.Errorf("Call: %q is no method; want Slack's name of one, such as users.info", name)
	}
	op := &operation[any, unlisted[Resp]]{
		method: method{name: name, arguments: inForm, interval: time.Second},
		ok:     func(answer *unlisted[Resp]) bool { return answer.ok },
		model:  reflect.TypeFor[Resp](),
	}
	if args == nil {
		op.arguments = inNothing
	}
	answer, err := call(ctx, c, op, args, opts)
	if err != nil {
		return nil, err
	}
	return &answer.answer, nil
}

// unlisted is an answer of a type that need not have a field for ok.
type unlisted[Resp any] struct {
	ok     bool
	answer Resp
}

func (u *unlisted[Resp]) UnmarshalJSON(data []byte) error {
	var success struct {
		OK bool `json:"ok"`
	}
	if err := json.Unmarshal(data, &success); err != nil {
		return err
	}
	u.ok = success.OK
	return json.Unmarshal(data, &u.answer)
}
