package api

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"
)

type (
	shapeInner struct {
		Plain  string
		Tagged string `json:"tagged"`
		Both   string
		Deep   *shapeDeep `json:"deep"`
		shapeDeep
	}
	shapeDeep struct {
		Plain   int
		Deepest int `json:"deepest"`
		Once    *shapeInner
	}
	shapeOther struct {
		Both  string
		Third string `json:"third"`
		Tags  string
		Twice int
	}
	shapeThird struct {
		Tags    string `json:"Tags"`
		Twice   int
		private int
	}
	shapeWord string
	ShapeWord string
)

// TestFieldsAreThoseOfEncodingJSON has encoding/json write each struct: the keys
// are those that it reads.
func TestFieldsAreThoseOfEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		struct{}{},
		shapeInner{},
		shapeOther{},
		shapeThird{private: 1},
		struct {
			shapeInner
			shapeOther
			*shapeThird
			Own string `json:"Twice"`
		}{shapeThird: &shapeThird{}},
		struct {
			shapeInner `json:"inner"`
			ShapeWord
			shapeWord
			Minus string `json:"-"`
			Dash  string `json:"-,"` //nolint:staticcheck // that is its name
			Empty string `json:",omitzero"`
			lower string
			Any   any
			Time  time.Time
		}{Empty: "x", lower: "x", shapeWord: "x"},
		struct {
			shapeOther
			shapeThird
			Plain []struct{ X int }
			Map   map[string]shapeInner
		}{},
	} {
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]any
		if err := json.Unmarshal(encoded, &keys); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range jsonFields(reflect.TypeOf(value)) {
			got = append(got, f.name)
		}
		slices.Sort(got)
		if want := slices.Sorted(maps.Keys(keys)); !slices.Equal(got, want) {
			t.Errorf("%T: got %q, want %q", value, got, want)
		}
	}
}
