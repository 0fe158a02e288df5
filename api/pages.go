package api

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// pages yields the answers from req's cursor on until there is no next one, an
// error, or a cursor that comes up again, which would go on for ever.
func pages[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) iter.Seq2[*Resp, error] {
	return func(yield func(*Resp, error) bool) {
		// Brent's algorithm finds a cycle of cursors of any length by
		// remembering one, ever later.
		mark, steps, limit := "", 0, 1
		for req := req; ; {
			page, err := call(ctx, c, op, req, opts)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) {
				return
			}
			next := op.nextCursor(page)
			if next == "" {
				return
			}
			if next == mark {
				yield(nil, &ResponseError{
					Method:     op.name,
					StatusCode: http.StatusOK,
					Err:        errors.New("its next_cursor came before, so that the pages would not end"),
				})
				return
			}
			if steps++; steps == limit {
				mark, steps, limit = next, 0, limit*2
			}
			op.setCursor(&req, next)
		}
	}
}

// items yields the items of pages.
func items[Resp, Item any](pages iter.Seq2[*Resp, error], of func(*Resp) []Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for page, err := range pages {
			if err != nil {
				var none Item
				yield(none, err)
				return
			}
			for _, item := range of(page) {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}
