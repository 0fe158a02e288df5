package speccheck

import (
	"encoding/json"
	"errors"
)

// decode returns the extension name as a T, or notes that it is missing or not
// of that type.
func decode[T any](c *checker, where string, extensions map[string]any, name string) (value T) {
	extension, ok := extensions[name]
	if !ok {
		c.failf("%s: %s is missing", where, name)
		return value
	}
	encoded, err := json.Marshal(extension)
	if err == nil {
		err = json.Unmarshal(encoded, &value)
	}
	if err != nil {
		c.failf("%s: %s is %v; want a value of the kind of %T", where, name, extension, value)
	}
	return value
}

func (c *checker) err() error { return errors.Join(c.errs...) }
