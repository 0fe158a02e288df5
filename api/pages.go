package api

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// ErrCursorRepeats is what a [*ResponseError] wraps if Slack's cursor for the next page
// came before, so that the pages would not end. It is no use to go on with it.
var ErrCursorRepeats = errors.New("its next_cursor came before, so that the pages would not end")

// An Entry is an item of a page whose items are a map.
type Entry[V any] struct {
	Name  string // its key
	Value V
}

// pages yields the answers from the page that req asks for until there is no next
// one, an error, or a cursor that comes up again, which would go on for ever.
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
			next, err := op.next(&req, page)
			switch {
			case err != nil:
				yield(nil, withFate(fmt.Errorf("%s: %w", op.name, err), fate{unsent: true, safe: op.safe}))
				return
			case next == "":
				return
			case next == mark:
				yield(nil, &ResponseError{
					Method:     op.name,
					StatusCode: http.StatusOK,
					Err:        ErrCursorRepeats,
					fate:       fate{safe: op.safe},
				})
				return
			}
			if steps++; steps == limit {
				mark, steps, limit = next, 0, limit*2
			}
		}
	}
}

// turn sets the number of the next page and returns it, "" if there are no more
// than pages. Slack counts from 1, which is also the page that a request without
// a number gets.
func turn[N int | int32 | int64](page *N, pages int) (string, error) {
	*page = max(*page, 1) + 1
	if int64(*page) > int64(pages) {
		return "", nil
	}
	return strconv.FormatInt(int64(*page), 10), nil
}

// turnDigits is turn for a number in digits.
func turnDigits(page *string, pages int) (next string, err error) {
	number := 0
	if *page != "" {
		if number, err = strconv.Atoi(*page); err != nil {
			return "", fmt.Errorf("page is %q, after which there is no next one; want digits", *page)
		}
	}
	next, err = turn(&number, pages)
	*page = strconv.Itoa(number)
	return next, err
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

// entries yields the entries of pages, those of a page in order of their names.
func entries[Resp, V any](pages iter.Seq2[*Resp, error], of func(*Resp) map[string]V) iter.Seq2[Entry[V], error] {
	return items(pages, func(page *Resp) []Entry[V] {
		all := of(page)
		list := make([]Entry[V], 0, len(all))
		for _, name := range slices.Sorted(maps.Keys(all)) {
			list = append(list, Entry[V]{name, all[name]})
		}
		return list
	})
}
