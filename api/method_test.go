package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-38c23bad/slackadmin/api"
)

func TestCall(t *testing.T) {
	t.Parallel()
	type user struct {
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	tests := []struct {
		name, method, answer string
		args                 any
		sent                 string // content type and body
		want                 string // the user's ID
		err                  error
	}{
		{
			name: "with a map", method: "users.list", args: map[string]any{"email": "zoe@example.com", "ids": []string{"a", "b"}},
			sent: "application/x-www-form-urlencoded email=zoe%40example.com&ids=a%2Cb", answer: `{"ok":true,"user":{"id":"W1"}}`, want: "W1",
		},
		{
			name: "with a struct", method: "users.profile.get", args: struct {
				User string `json:"user"`
			}{"W1"},
			sent: "application/x-www-form-urlencoded user=W1", answer: `{"ok":true,"user":{"id":"W1"}}`, want: "W1",
		},
		{name: "without arguments", method: "users.identity", sent: " ", answer: `{"ok":true,"user":{"id":"W1"}}`, want: "W1"},
		{name: "refused", method: "users.identity", sent: " ", answer: `{"ok":false,"error":"user_not_found"}`, err: api.ErrUserNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var sent, path string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				sent, path = r.Header.Get("Content-Type")+" "+string(body), r.URL.Path
				fmt.Fprint(w, test.answer)
			})
			got, err := api.Call[user](t.Context(), c, test.method, test.args)
			if !errors.Is(err, test.err) || err == nil && got.User.ID != test.want || err != nil && got != nil {
				t.Errorf("got %+v, %v; want %q, %v", got, err, test.want, test.err)
			}
			if sent != test.sent || path != "/"+test.method {
				t.Errorf("sent %q to %s", sent, path)
			}
		})
	}
}

// TestCallIntoAnyType has a response decoded into types as people write them.
func TestCallIntoAnyType(t *testing.T) {
	t.Parallel()
	type embedded struct {
		Name string
		ID   int64 `json:"id"`
	}
	type user struct {
		embedded
		Member     *member `json:"member"`
		Created    *time.Time
		Age        uint8
		Score      float32     `json:"score,string"`
		Number     int64       `json:"number,string"`
		Flags      [2]bool     `json:"flags"`
		Raw        []byte      `json:"raw"`
		Digits     json.Number `json:"digits"`
		Must       *string     `json:"must"          slack:"essential"`
		OK         bool
		unexported int
	}
	for _, test := range []struct{ name, answer, want, err string }{
		{"without tags", `"Name":"a","id":1,"Age":7`, "a 1 7", ""},
		{"in other capitals alone", `"NAME":"a","ID":1,"age":7`, "a 1 7", ""},
		{"beside the exact ones", `"Name":"a","NAME":"b","id":1,"ID":2,"age":8,"Age":7,"AGE":9`, "a 1 7", ""},
		{"beside the exact ones, in small letters", `"name":"b","Name":"a","age":8,"id":1,"Age":7,"name":"c"`, "a 1 7", ""},
		{"of other types in other capitals", `"Name":"a","NAME":7,"ID":"x","id":1,"Age":7`, "a 1 7", ""},
		{"digits for 64 bits", `"Name":"a","id":"1","Age":7`, "a 1 7", ""},
		{"digits for 8 bits", `"Name":"a","id":1,"Age":"7"`, "", "unmarshal string"},
		{"null", `"Name":null,"id":1,"Age":null,"must":null`, " 1 0", ""},
		{"what has to be a pointer's", `"must":7`, "", "its must is a number; want a string"},
		{"what has to be, twice", `"must":"a","must":"b"`, "", "its must is given twice"},
		{"numbers in strings", `"id":1,"score":"1.5","number":"2","digits":"3"`, " 1 0", ""},
		{"numbers in no strings", `"id":1,"number":2`, "", "string"},
		{"a type that decodes itself", `"member":{"id":"U1"},"id":1`, " 1 0", ""},
		{"a time", `"Created":"2026-01-31T00:00:00Z","id":1`, " 1 0", ""},
		{"bytes", `"raw":"AAAA","id":1`, " 1 0", ""},
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true,`+test.answer+`}`) })
		got, err := api.Call[user](t.Context(), c, "test.call", nil)
		switch {
		case test.err == "" && (err != nil || fmt.Sprint(got.Name, " ", got.ID, " ", got.Age) != test.want || got.unexported != 0):
			t.Errorf("%s: got %+v, %v; want %s", test.name, got, err, test.want)
		case test.err != "" && (!errors.As(err, new(*api.ResponseError)) || !strings.Contains(err.Error(), test.err)):
			t.Errorf("%s: got %+v, %v; want %s", test.name, got, err, test.err)
		}
	}

	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ` {"ok":true, "Ok":false, "a":"1"}`) })
	if got, err := api.Call[any](t.Context(), c, "test.call", nil); err != nil || fmt.Sprint(*got) != "map[Ok:false a:1 ok:true]" {
		t.Errorf("any: got %v, %v", got, err)
	}
	if got, err := api.Call[map[string]any](t.Context(), c, "test.call", nil); err != nil || fmt.Sprint(*got) != "map[Ok:false a:1 ok:true]" {
		t.Errorf("a map: got %v, %v", got, err)
	}
	if got, err := api.Call[json.RawMessage](t.Context(), c, "test.call", nil); err != nil || string(*got) != `{"ok":true, "Ok":false, "a":"1"}` {
		t.Errorf("raw: got %s, %v", got, err)
	}
	if got, err := api.Call[*embedded](t.Context(), c, "test.call", nil); err != nil || (*got).ID != 0 {
		t.Errorf("a pointer: got %v, %v", got, err)
	}
	for name, call := range map[string]func() error{
		"a string":         func() error { _, err := api.Call[string](t.Context(), c, "test.call", nil); return err },
		"a list":           func() error { _, err := api.Call[[]any](t.Context(), c, "test.call", nil); return err },
		"a number":         func() error { _, err := api.Call[int64](t.Context(), c, "test.call", nil); return err },
		"a map by numbers": func() error { _, err := api.Call[map[int]any](t.Context(), c, "test.call", nil); return err },
	} {
		if err := call(); !errors.As(err, new(*api.ResponseError)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestCallRefusesWhatIsNoMethod(t *testing.T) {
	t.Parallel()
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for _, method := range []string{"", "users", "../users.info", "users.info?x=y", "users..info", "a b", "users.info/"} {
		if _, err := api.Call[struct{}](t.Context(), c, method, nil); err == nil || !strings.Contains(err.Error(), "is not a method name") {
			t.Errorf("%q: %v", method, err)
		}
	}
	if _, err := api.Call[struct{}](t.Context(), c, "users.profile.get", "not an object"); err == nil || !strings.Contains(err.Error(), "JSON object") {
		t.Errorf("a string for arguments: %v", err)
	}
}
