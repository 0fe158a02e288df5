package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// An object is a JSON object with the order of its keys, so that each run writes the
// same.
type object struct {
	keys   []string
	values map[string]any // *object, []any, string, json.Number, bool or nil
}

// get returns the value of a key, or nil. o may be nil.
func (o *object) get(key string) any {
	if o == nil {
		return nil
	}
	return o.values[key]
}

// has reports whether o has a key. o may be nil.
func (o *object) has(key string) bool {
	if o == nil {
		return false
	}
	_, ok := o.values[key]
	return ok
}

func (o *object) object(key string) *object {
	value, _ := o.get(key).(*object)
	return value
}

func (o *object) text(key string) string {
	value, _ := o.get(key).(string)
	return value
}

func (o *object) set(key string, value any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

func newObject() *object { return &object{values: map[string]any{}} }

// parse reads one JSON value.
func parse(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	value, err := parseNext(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("data after the JSON value")
	}
	return value, nil
}

func parseNext(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := newObject()
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := parseNext(decoder)
			if err != nil {
				return nil, err
			}
			o.set(fmt.Sprint(key), value)
		}
		_, err = decoder.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			value, err := parseNext(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = decoder.Token()
		return list, err
	default:
		return token, nil
	}
}
