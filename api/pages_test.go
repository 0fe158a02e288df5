package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// pager serves pages by cursor and keeps the cursors it was asked for.
func pager(t *testing.T, pages map[string]string) (*api.Client, *[]string) {
	t.Helper()
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var args struct {
			Cursor string `json:"cursor"`
		}
		if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
			t.Error(err)
		}
		asked = append(asked, args.Cursor)
		if len(asked) > 20 {
			t.Error("it does not end")
			fmt.Fprint(w, `{"ok":true}`)
			return
		}
		fmt.Fprint(w, pages[args.Cursor])
	})
	return c, &asked
}

// page returns a response with sessions and a next cursor.
func page(next string, ids ...int) string {
	var sessions []string
	for _, id := range ids {
		sessions = append(sessions, fmt.Sprintf(`{"user_id":"W1","team_id":"T1","session_id":%d}`, id))
	}
	return fmt.Sprintf(`{"ok":true,"active_sessions":[%s],"response_metadata":{"next_cursor":%q}}`, strings.Join(sessions, ","), next)
}

func TestIterators(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pages map[string]string
		from  string // the request's cursor
		stop  int    // after so many sessions; 0 is never
		ids   []int64
		asked []string
		want  string // in the error
	}{
		{name: "one page", pages: map[string]string{"": page("", 1, 2)}, ids: []int64{1, 2}, asked: []string{""}},
		{name: "no metadata", pages: map[string]string{"": `{"ok":true,"active_sessions":[{"user_id":"W1","team_id":"T1","session_id":1}]}`}, ids: []int64{1}, asked: []string{""}},
		{
			name:  "several pages, some empty",
			pages: map[string]string{"": page("a", 1), "a": page("b"), "b": page("c"), "c": page("", 2)},
			ids:   []int64{1, 2}, asked: []string{"", "a", "b", "c"},
		},
		{
			name:  "from a cursor on",
			pages: map[string]string{"b": page("c", 2), "c": page("", 3)}, from: "b",
			ids: []int64{2, 3}, asked: []string{"b", "c"},
		},
		{
			name:  "the loop breaks within a page",
			pages: map[string]string{"": page("a", 1, 2), "a": page("", 3)}, stop: 1,
			ids: []int64{1}, asked: []string{""},
		},
		{
			name:  "the loop breaks on the last of a page",
			pages: map[string]string{"": page("a", 1, 2), "a": page("", 3)}, stop: 2,
			ids: []int64{1, 2}, asked: []string{""},
		},
		{
			name:  "a refusal on the way",
			pages: map[string]string{"": page("a", 1), "a": `{"ok":false,"error":"invalid_cursor"}`},
			ids:   []int64{1}, asked: []string{"", "a"}, want: "invalid_cursor",
		},
		{
			name:  "a page that is next to itself",
			pages: map[string]string{"": page("a", 1), "a": page("a", 2)},
			ids:   []int64{1, 2}, asked: []string{"", "a"}, want: "next_cursor came before",
		},
		{
			name:  "pages in a circle",
			pages: map[string]string{"": page("a", 1), "a": page("b"), "b": page("c"), "c": page("a")},
			ids:   []int64{1}, asked: []string{"", "a", "b", "c", "a", "b"}, want: "next_cursor came before",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, asked := pager(t, test.pages)
			var ids []int64
			var last error
			for session, err := range c.AdminUsersSessionListAll(context.Background(), api.AdminUsersSessionListRequest{Cursor: test.from}) {
				if last != nil {
					t.Error("the loop goes on after an error")
				}
				if last = err; err != nil {
					continue
				}
				if ids = append(ids, session.SessionID); len(ids) == test.stop {
					break
				}
			}
			if !reflect.DeepEqual(ids, test.ids) || !reflect.DeepEqual(*asked, test.asked) {
				t.Errorf("got %v by asking for %q; want %v by %q", ids, *asked, test.ids, test.asked)
			}
			if (last == nil) != (test.want == "") || last != nil && !strings.Contains(last.Error(), test.want) {
				t.Errorf("ended with %v, want %q", last, test.want)
			}
		})
	}
}

func TestIteratorsCanBeUsedAgain(t *testing.T) {
	t.Parallel()
	c, asked := pager(t, map[string]string{"": page("a", 1), "a": page("", 2)})
	all := c.AdminUsersSessionListPages(context.Background(), api.AdminUsersSessionListRequest{})
	for range 2 {
		var pages int
		for answer, err := range all {
			if err != nil || !answer.OK {
				t.Fatal(answer, err)
			}
			pages++
		}
		if pages != 2 {
			t.Errorf("%d pages, want 2", pages)
		}
	}
	if want := []string{"", "a", "", "a"}; !reflect.DeepEqual(*asked, want) {
		t.Errorf("asked for %q, want %q", *asked, want)
	}
}

func TestIteratorsPassOnOptionsAndTheContext(t *testing.T) {
	t.Parallel()
	c, asked := pager(t, map[string]string{"": page("a", 1), "a": page("", 2)})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var raw json.RawMessage
	for _, err := range c.AdminUsersSessionListPages(ctx, api.AdminUsersSessionListRequest{}, api.WithBodyInto(&raw)) {
		if len(*asked) == 1 && err == nil {
			if len(raw) == 0 {
				t.Error("the page's body is not there")
			}
			cancel()
			continue
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
	}
	if len(*asked) != 1 || len(raw) != 0 {
		t.Errorf("asked %d times; the page that did not come has the body %q", len(*asked), raw)
	}
}
