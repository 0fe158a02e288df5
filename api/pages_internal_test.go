package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTurn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		page, pages, asked int
		want               string
	}{
		{0, 0, 2, ""}, {0, 1, 2, ""}, {0, 2, 2, "2"}, {1, 2, 2, "2"}, {2, 2, 3, ""}, {2, 3, 3, "3"}, {9, 12, 10, "10"}, {-5, 2, 2, "2"},
	} {
		page := test.page
		if got, err := turn(&page, test.pages); err != nil || got != test.want || page != test.asked {
			t.Errorf("page %d of %d: got %q and page %d, %v; want %q", test.page, test.pages, got, page, err, test.want)
		}
	}
}

func TestTurnDigits(t *testing.T) {
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
		got, err := turnDigits(&page, 3)
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
	type answer struct {
		OK    bool     `json:"ok"`
		Found []string `json:"found"`
		Other string   `json:"other"`
		Meta  struct {
			Next string `json:"next"`
		} `json:"meta"`
	}
	op := operation[struct{}, answer]{
		method:  method{name: "test.list", idempotent: true, interval: time.Second},
		nextAt:  "meta.next",
		itemsAt: "found",
	}
	for body, want := range map[string]string{
		`{"ok":true,"found":["a"],"meta":{"next":"x"}}`: "",
		`{"ok":true,"found":["a"],"other":7}`:           "",
		`{"ok":true,"found":["a"],"other":null}`:        "",
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

// TestAPageThatLeadsNowhere ends the pages with the reason.
func TestAPageThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	type answer struct {
		OK bool `json:"ok"`
	}
	op := operation[struct{}, answer]{
		method: method{name: "test.list", idempotent: true, interval: time.Second},
		next:   func(*struct{}, *answer) (string, error) { return "", errors.New("nowhere") },
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
		method: method{name: "test.do", idempotent: true, interval: time.Second},
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
