package form_test

import (
	"net/url"
	"testing"

	"github.com/seed-38c23bad/slackadmin/internal/form"
)

func TestValues(t *testing.T) {
	t.Parallel()
	type nested struct {
		Name string `json:"name"`
	}
	tests := []struct {
		name string
		body any
		want url.Values
	}{
		{"a string stands as it is", map[string]any{"a": `x "y" & z`}, url.Values{"a": {`x "y" & z`}}},
		{"a 13-digit number keeps its digits", map[string]any{"a": int64(1112275520242)}, url.Values{"a": {"1112275520242"}}},
		{"booleans are words", map[string]any{"a": true, "b": false}, url.Values{"a": {"true"}, "b": {"false"}}},
		{"an array is one comma-separated value", map[string]any{"a": []string{"U1", "U2"}}, url.Values{"a": {"U1,U2"}}},
		{"so is one of numbers", map[string]any{"a": []int{1, 2}}, url.Values{"a": {"1,2"}}},
		{"a comma in an item makes it JSON", map[string]any{"a": []string{"x,y", "z"}}, url.Values{"a": {`["x,y","z"]`}}},
		{"so does an empty item", map[string]any{"a": []string{""}}, url.Values{"a": {`[""]`}}},
		{"so does an item of brackets", map[string]any{"a": []string{"[x"}}, url.Values{"a": {`["[x"]`}}},
		{"so does a null item", map[string]any{"a": []any{"x", nil}}, url.Values{"a": {`["x",null]`}}},
		{"an empty array is JSON", map[string]any{"a": []string{}}, url.Values{"a": {"[]"}}},
		{"an array of objects is JSON", map[string]any{"a": []nested{{"x"}}}, url.Values{"a": {`[{"name":"x"}]`}}},
		{"an object is JSON", map[string]any{"a": nested{"x"}}, url.Values{"a": {`{"name":"x"}`}}},
		{"null is left out", map[string]any{"a": nil, "b": 1}, url.Values{"b": {"1"}}},
		{
			"json tags rule",
			struct {
				UserID string  `json:"user_id"`
				Empty  string  `json:"empty,omitempty"`
				Zero   nested  `json:"zero,omitzero"`
				Unset  *bool   `json:"unset,omitempty"`
				False  *bool   `json:"false,omitempty"`
				Hidden string  `json:"-"`
				Ratio  float64 `json:"ratio"`
			}{UserID: "W1", False: ptr(false), Hidden: "x", Ratio: 0.5},
			url.Values{"user_id": {"W1"}, "false": {"false"}, "ratio": {"0.5"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := form.Values(test.body)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := got.Encode(), test.want.Encode(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestValuesNeedsAnObject(t *testing.T) {
	t.Parallel()
	for _, body := range []any{nil, "x", 1, []string{"x"}, func() {}} {
		if got, err := form.Values(body); err == nil {
			t.Errorf("Values(%T) = %q, want an error", body, got)
		}
	}
}

func ptr[T any](value T) *T { return &value }
