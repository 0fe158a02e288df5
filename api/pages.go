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

// ErrCursorRepeats is what a [*ResponseError] wraps if Slack returns a cursor for the
// next page that it has returned before: the pages would not end.
var ErrCursorRepeats = errors.New("its next_cursor came before, so that the pages would not end")

// An Entry is an item of a page whose items are a map.
type Entry[V any] struct {
	Name  string // the key
	Value V
}

// pages yields pages, starting with the one that req asks for. It ends after the last
// page, an error, or a repeated cursor.
func pages[Req, Resp any](ctx context.Context, c *Client, op *operation[Req, Resp], req Req, opts []CallOption) iter.Seq2[*Resp, error] {
	return func(yield func(*Resp, error) bool) {
		// Brent's algorithm finds cycles of any length with one saved cursor, which it
		// replaces after 1, 2, 4, … pages.
		savedCursor, steps, nextSave := "", 0, 1
		for req := req; ; {
			page, err := call(ctx, c, op, req, opts)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) {
				return
			}
			cursor, err := op.nextPage(&req, page)
			switch {
			case err != nil:
				yield(nil, withOutcome(fmt.Errorf("%s: %w", op.name, err), outcome{notSent: true}))
				return
			case cursor == "":
				return
			case cursor == savedCursor:
				yield(nil, &ResponseError{
					Method:     op.name,
					StatusCode: http.StatusOK,
					Err:        ErrCursorRepeats,
					outcome:    outcome{readOnly: op.readOnly},
				})
				return
			}
			if steps++; steps == nextSave {
				savedCursor, steps, nextSave = cursor, 0, nextSave*2
			}
		}
	}
}

// advancePage increments a page number and returns it as a string, or "" if it is
// greater than pages. Slack counts from 1, and returns page 1 if there is no number.
func advancePage[N int | int32 | int64](page *N, pages int) (string, error) {
	*page = max(*page, 1) + 1
	if int64(*page) > int64(pages) {
		return "", nil
	}
	return strconv.FormatInt(int64(*page), 10), nil
}

// advancePageString is advancePage for a number that is a string.
func advancePageString(page *string, pages int) (next string, err error) {
	number := 0
	if *page != "" {
		if number, err = strconv.Atoi(*page); err != nil {
			return "", fmt.Errorf("page is %q, after which there is no next one; want digits", *page)
		}
	}
	next, err = advancePage(&number, pages)
	*page = strconv.Itoa(number)
	return next, err
}

// items yields the items of pages.
func items[Resp, Item any](pages iter.Seq2[*Resp, error], itemsOf func(*Resp) []Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for page, err := range pages {
			if err != nil {
				var zero Item
				yield(zero, err)
				return
			}
			for _, item := range itemsOf(page) {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// entries yields the entries of pages, those of a page sorted by name.
func entries[Resp, V any](pages iter.Seq2[*Resp, error], mapOf func(*Resp) map[string]V) iter.Seq2[Entry[V], error] {
	return items(pages, func(page *Resp) []Entry[V] {
		values := mapOf(page)
		list := make([]Entry[V], 0, len(values))
		for _, name := range slices.Sorted(maps.Keys(values)) {
			list = append(list, Entry[V]{name, values[name]})
		}
		return list
	})
}
