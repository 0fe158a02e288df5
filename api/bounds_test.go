package api_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-38c23bad/slackadmin/api"
)

// TestPagesAtTheBound has a page of as many items as Slack's limit, and of one
// more, each with fields enough that they are counted.
func TestPagesAtTheBound(t *testing.T) {
	t.Parallel()
	item := `{"user_id":"W1","team_id":"T1","session_id":1,"created":{"x":"\\"},"y":[` + strings.Repeat(`"[,",`, 50) + `"]"]}`
	for name, test := range map[string]struct{ start, want string }{
		"1,000 items":                 {`"active_sessions":[`, ""},
		"1,001 items":                 {`"active_sessions":[` + item + `,`, "more than 1000 items"},
		"1,000 items after others":    {`"y":[],"x":[1,2,3],"active_sessions":[`, ""},
		"1,000 items and much before": {`"y":[],"x":{` + strings.Repeat(`"a":{"b":0,"c":0},`, 2000) + `"d":[]},"active_sessions":[`, ""},
		"1,001 items at the end":      {`"y":[],"x":{"a":[{"b":0}]},"active_sessions":[` + item + `,`, "more than 1000 items"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"ok":true,`+test.start+strings.Repeat(item+`,`, 999)+item+`]}`)
			})
			page, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{})
			if test.want == "" && (err != nil || len(page.ActiveSessions) != 1000) || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %.200v, want %q", err, test.want)
			}
		})
	}
}

// TestBracketsThatDoNotMatch has more of one kind than JSON can have.
func TestBracketsThatDoNotMatch(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"]", "}", "[", "{", "[{", "]}", `"`, `\`, ``} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(body+",", 40_000)+body) })
		if _, err := c.AdminUsersSessionList(t.Context(), api.AdminUsersSessionListRequest{}); !errors.As(err, new(*api.ResponseError)) {
			t.Errorf("%q: got %v, want a ResponseError", body, err)
		}
	}
}

// TestMismatchesInOtherTypes has Call decode into types that no method has.
func TestMismatchesInOtherTypes(t *testing.T) {
	t.Parallel()
	type inner struct {
		N int `json:"n,omitempty"`
	}
	type resp struct {
		Map   map[string]inner `json:"map"`
		Any   any              `json:"any"`
		Ptr   **inner          `json:"ptr"`
		Names []string         `json:"names"`
		Last  string           `json:"last"`
	}
	for body, want := range map[string][]string{
		`{"ok":true,"map":{"a":{"n":"x"},"b":{"n":1}},"last":"z"}`:              {"map.n"},
		`{"ok":true,"map":[1],"any":[{"a":1}],"last":"z"}`:                      {"map"},
		`{"ok":true,"map":{"a":7},"any":{"a":[1]},"ptr":{"n":true},"last":"z"}`: {"map", "ptr.n"},
		`{"ok":true,"names":["a",1,null,{"b":1},[2]],"ptr":null,"last":"z"}`:    {"names"},
		`{"ok":true,"names":{"a":1},"ptr":[],"map":"x","any":false,"last":"z"}`: {"map", "names"},
		`{"ok":true,"map":{"a":null},"any":12345678901234567890,"last":"z"}`:    nil,
	} {
		var log bytes.Buffer
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }, api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		got, err := api.Call[resp](t.Context(), c, "test.call", nil)
		if err != nil || got.Last != "z" {
			t.Errorf("%s: got %+v, %v; want the rest of the response", body, got, err)
			continue
		}
		var fields []string
		for line := range strings.Lines(log.String()) {
			_, field, _ := strings.Cut(strings.TrimSpace(line), " field=")
			fields = append(fields, field)
		}
		if !slices.Equal(fields, want) {
			t.Errorf("%s: logged %q, want %q", body, fields, want)
		}
	}
}

// TestAnswersAtTheBound has the largest response that is read, and one byte more.
func TestAnswersAtTheBound(t *testing.T) {
	t.Parallel()
	const empty = `{"ok":true,"x":""}`
	for size, want := range map[int]string{8 << 20: "", 8<<20 + 1: "it is larger than 8388608 bytes"} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"ok":true,"x":"`+strings.Repeat("x", size-len(empty))+`"}`)
		})
		_, err := reset(c)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: %v, want %q", size, err, want)
		}
	}
}

// TestManyMismatchesAreNotAllLogged has 25 fields of another type.
func TestManyMismatchesAreNotAllLogged(t *testing.T) {
	t.Parallel()
	type inner struct {
		A int `json:"a"`
		B int `json:"b"`
		C int `json:"c"`
		D int `json:"d"`
		E int `json:"e"`
	}
	type resp struct {
		A inner `json:"a"`
		B inner `json:"b"`
		C inner `json:"c"`
		D inner `json:"d"`
		E inner `json:"e"`
	}
	const part = `{"a":"x","b":"x","c":"x","d":"x","e":"x"}`
	var log bytes.Buffer
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"a":%[1]s,"b":%[1]s,"c":%[1]s,"d":%[1]s,"e":%[1]s}`, part)
	}, api.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	if _, err := api.Call[resp](t.Context(), c, "test.call", nil); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "\n"); n != 20 {
		t.Errorf("%d lines are logged, want 20", n)
	}
}
