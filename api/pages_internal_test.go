package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAdvancePage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		page, pages, asked int
		want               string
	}{
		{0, 0, 2, ""}, {0, 1, 2, ""}, {0, 2, 2, "2"}, {1, 2, 2, "2"}, {2, 2, 3, ""}, {2, 3, 3, "3"}, {9, 12, 10, "10"}, {-5, 2, 2, "2"},
	} {
		page := test.page
		if got, err := advancePage(&page, test.pages); err != nil || got != test.want || page != test.asked {
			t.Errorf("page %d of %d: got %q and page %d, %v; want %q", test.page, test.pages, got, page, err, test.want)
		}
	}
}

func TestAdvancePageString(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ page, asked, want, err string }{
		{"", "2", "2", ""},
		{"0", "2", "2", ""},
		{"1", "2", "2", ""},
		{"2", "3", "3", ""},
		{"3", "4", "", ""},
		{"last", "last", "", `page is "last", after which there is no next one; want digits`},
	} {
		page, message := test.page, ""
		got, err := advancePageString(&page, 3)
		if err != nil {
			message = err.Error()
		}
		if got != test.want || page != test.asked || message != test.err {
			t.Errorf("page %q of 3: got %q and page %q, %v; want %+v", test.page, got, page, err, test)
		}
	}
}

// TestWhatLeadsToThePagesIsOfItsType has a method whose types were guessed: the
// spec calls none of its fields essential.
func TestWhatLeadsToThePagesIsOfItsType(t *testing.T) {
	t.Parallel()
	type meta struct {
		Next string `json:"next"`
	}
	type answer struct {
		OK    bool     `json:"ok"`
		First meta     `json:"first"` // is of the same type, and leads nowhere
		Found []string `json:"found"`
		Other string   `json:"other"`
		Meta  meta     `json:"meta"`
	}
	op := operation[struct{}, answer]{
		method: method{name: "test.list", idempotent: true, minInterval: time.Second, nextAt: "meta.next", itemsAt: "found"},
	}
	for body, want := range map[string]string{
		`{"ok":true,"found":["a"],"meta":{"next":"x"}}`: "",
		`{"ok":true,"found":["a"],"other":7}`:           "",
		`{"ok":true,"found":["a"],"other":null}`:        "",
		`{"ok":true,"found":["a"],"first":{"next":7}}`:  "",
		`{"ok":true,"found":["a"],"first":null}`:        "",
		`{"ok":true,"found":["a"],"meta":[]}`:           "",
		`{"ok":true,"found":["a"],"meta":[ ]}`:          "",
		`{"ok":true,"found":["a"],"meta":["x"]}`:        "its meta is an array; want an object",
		`{"ok":true,"found":["a"],"meta":"x"}`:          "its meta is a string; want an object",
		`{"ok":true,"found":["a"],"meta":7}`:            "its meta is a number; want an object",
		`{"ok":true,"found":["a"],"meta":false}`:        "its meta is a boolean; want an object",
		`{"ok":true,"found":["a"],"meta":null}`:         "its meta is null",
		`{"ok":true,"found":["a"],"meta":{"next":7}}`:   "its meta.next is a number; want a string",
		`{"ok":true,"found":["a"],"meta":{"next":[]}}`:  "its meta.next is an array; want a string",
		`{"ok":true,"found":null}`:                      "its found is null",
		`{"ok":true,"found":{}}`:                        "its found is an object; want an array",
		`{"ok":true,"found":[7],"meta":{"next":"x"}}`:   "its found[] is a number; want a string",
		`{"ok":true,"found":[null]}`:                    "its found[] is null",
	} {
		c, err := New("xoxp-not-real", WithHTTPClient(&http.Client{Transport: transport{media: "application/json", status: 200, text: body}}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = call(t.Context(), c, &op, struct{}{}, nil)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

// TestACursorThatNothingReads is no last page, wherever Slack puts it.
func TestACursorThatNothingReads(t *testing.T) {
	t.Parallel()
	type paging struct {
		Pages int `json:"pages"`
	}
	type answer struct {
		Found  []string `json:"found"`
		Paging *paging  `json:"paging"`
		Next   string   `json:"next_cursor"`
		Meta   struct {
			Next  string `json:"next_cursor"`
			Other int    `json:"other"`
		} `json:"response_metadata"`
	}
	const top, meta = `"next_cursor":"x"`, `"response_metadata":{"next_cursor":"x"}`
	for _, test := range []struct{ nextAt, answer, stray string }{
		{"response_metadata.next_cursor", top, "next_cursor"},
		{"response_metadata.next_cursor", top + `,"response_metadata":{"next_cursor":""}`, "next_cursor"},
		{"response_metadata.next_cursor", top + `,"response_metadata":[]`, "next_cursor"},
		{"response_metadata.next_cursor", `"next_curso\u0072":"x"`, "next_cursor"},
		{"response_metadata.next_cursor", `"Next_Cursor":"x"`, "next_cursor"},
		{"response_metadata.next_cursor", `"Next_Cursor":"x","next_cursor":""`, ""},
		{"response_metadata.next_cursor", top + "," + meta, ""},
		{"response_metadata.next_cursor", `"next_cursor":null`, ""},
		{"response_metadata.next_cursor", `"x":{"next_cursor":"x"},"next_cursor":""`, ""},
		{"next_cursor", meta, "response_metadata.next_cursor"},
		{"next_cursor", meta + `,"next_cursor":""`, "response_metadata.next_cursor"},
		{"next_cursor", meta + `,"next_cursor":"x"`, ""},
		{"next_cursor", `"response_metadata":{"next_cursor":""}`, ""},
		{"next_cursor", `"response_metadata":{"other":"x"}`, ""},
		{"paging.pages", meta, "response_metadata.next_cursor"},
		{"paging.pages", top, "next_cursor"},
		{"paging.pages", top + `,"paging":null`, "next_cursor"},
		{"paging.pages", top + `,"paging":{"pages":0}`, "next_cursor"},
		{"paging.pages", top + `,"paging":{"pages":1}`, ""},
		{"paging.pages", ``, ""},
	} {
		op := operation[struct{}, answer]{
			method: method{name: "test.list", idempotent: true, minInterval: time.Second, nextAt: test.nextAt, itemsAt: "found"},
		}
		body, want := strings.Replace(`{"ok":true,"found":[],`+test.answer+`}`, ",}", "}", 1), "<nil>"
		if test.stray != "" {
			want = "it has the next page's cursor in " + test.stray + ", and nothing in " + test.nextAt
		}
		c, err := New("xoxp-not-real", WithHTTPClient(&http.Client{Transport: transport{media: "application/json", status: 200, text: body}}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = call(t.Context(), c, &op, struct{}{}, nil)
		if got := fmt.Sprint(err); !strings.Contains(got, want) || want != "<nil>" && !errors.As(err, new(*ResponseError)) {
			t.Errorf("%s: %s: got %s, want %s", test.nextAt, body, got, want)
		}
	}
}

// TestWhatAnItemHolds is lost alone, and an item is not.
func TestWhatAnItemHolds(t *testing.T) {
	t.Parallel()
	type answer struct {
		Logs  []map[string]string          `json:"logs"`
		Emoji map[string]map[string]string `json:"emoji"`
		Lists [][]int                      `json:"lists"`
		Any   []any                        `json:"any"`
		Ptrs  []*int                       `json:"ptrs"`
		Next  string                       `json:"next"`
	}
	for _, test := range []struct{ itemsAt, answer, want, logged string }{
		{"logs", `"logs":[{"rss_feed":false,"id":"a"}]`, "[map[id:a rss_feed:]] map[] []", "logs"},
		{"logs", `"logs":[[],{"id":"a"}]`, "[map[] map[id:a]] map[] []", ""},
		{"logs", `"logs":[7]`, "its logs[] is a number; want an object", ""},
		{"logs", `"logs":[null]`, "its logs[] is null", ""},
		{"logs", `"logs":[],"emoji":[]`, "[] map[] []", ""},
		{"logs", `"logs":[],"emoji":[7]`, "[] map[] []", "emoji"},
		{"emoji", `"emoji":[]`, "[] map[] []", ""},
		{"emoji", `"emoji":{"a":{"url":7,"x":"y"},"b":[]}`, "[] map[a:map[url: x:y] b:map[]] []", "emoji"},
		{"emoji", `"emoji":{"a":7}`, "its emoji{} is a number; want an object", ""},
		{"emoji", `"emoji":{"a":null}`, "its emoji{} is null", ""},
		{"emoji", `"emoji":"x"`, "its emoji is a string; want an object", ""},
		{"lists", `"lists":[[1,"x"]]`, "its lists[][] is a string; want an integer of 64 bits", ""},
		{"any", `"any":[null,7,"x"]`, "[] map[] []", ""},
		{"ptrs", `"ptrs":[null]`, "[] map[] []", ""},
		{"ptrs", `"ptrs":[true]`, "its ptrs[] is a boolean; want an integer of 64 bits", ""},
		{"logs", `"lists":[[1,"x"]]`, "[] map[] [[1 0]]", "lists"},
	} {
		op := operation[struct{}, answer]{
			method: method{name: "test.list", idempotent: true, minInterval: time.Second, nextAt: "next", itemsAt: test.itemsAt},
		}
		var log strings.Builder
		c, err := New("xoxp-not-real", WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
			WithHTTPClient(&http.Client{Transport: transport{media: "application/json", status: 200, text: `{"ok":true,` + test.answer + `}`}}))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := call(t.Context(), c, &op, struct{}{}, nil)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(answer.Logs, answer.Emoji, answer.Lists)
		}
		_, logged, _ := strings.Cut(strings.TrimSpace(log.String()), " field=")
		if !strings.Contains(got, test.want) || logged != test.logged {
			t.Errorf("%s at %s: got %s and logged %q, want %s and %q", test.answer, test.itemsAt, got, logged, test.want, test.logged)
		}
	}
}

// TestAPageThatLeadsNowhere ends the pages with the reason.
func TestAPageThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	type answer struct {
		OK bool `json:"ok"`
	}
	op := operation[struct{}, answer]{
		method:   method{name: "test.list", idempotent: true, minInterval: time.Second},
		nextPage: func(*struct{}, *answer) (string, error) { return "", errors.New("nowhere") },
	}
	c, err := New("xoxp-not-real", WithHTTPClient(&http.Client{Transport: transport{media: "application/json", status: 200, text: `{"ok":true}`}}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for page, err := range pages(t.Context(), c, &op, struct{}{}, nil) {
		got = append(got, fmt.Sprint(page != nil, err))
	}
	if want := []string{"true <nil>", "false test.list: nowhere"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAFieldBesideOthers is lost alone, whatever types the others are of.
func TestAFieldBesideOthers(t *testing.T) {
	t.Parallel()
	type tree struct {
		Branches []tree `json:"branches"`
	}
	type answer struct {
		OK   bool            `json:"ok"`
		Tree tree            `json:"tree"`
		Any  json.RawMessage `json:"any"`
		Name string          `json:"name"`
		Last string          `json:"last"`
	}
	op := operation[struct{}, answer]{
		method: method{name: "test.do", idempotent: true, minInterval: time.Second},
	}
	c, err := New("xoxp-not-real", WithHTTPClient(&http.Client{Transport: transport{media: "application/json", status: 200, text: `{"ok":true,"any":[1],"name":7,"last":"z"}`}}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := call(t.Context(), c, &op, struct{}{}, nil)
	if err != nil || string(got.Any) != "[1]" || got.Name != "" || got.Last != "z" {
		t.Errorf("got %+v, %v", got, err)
	}
}
