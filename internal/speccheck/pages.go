package speccheck

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// NextCursor is the usual path of the next page's cursor in a response.
const NextCursor = "response_metadata.next_cursor"

const (
	cursorName    = "x-slack-cursor"
	pageCountName = "x-slack-pages"
	itemsName     = "x-slack-items"
)

// pages sets where the response of o has the next page's cursor, or the number of
// pages, and the items.
func (c *checker) pages(at place, o *Operation) {
	argument := o.Arguments.Properties["cursor"]
	if o.Extensions[cursorName] == false {
		if argument == nil {
			c.failf(at.child(cursorName), "%s is false, but the method has no argument cursor; remove it", cursorName)
		}
		return
	}
	cursor := c.responsePath(at, o, cursorName, "cursor")
	o.PageCountPath = c.responsePath(at, o, pageCountName, "page")
	switch {
	case o.PageCountPath != "":
		c.pageCount(at, o)
	case argument != nil:
		c.cursor(at, o, argument.Value, cursor)
	}
	switch {
	case o.CursorPath != "" || o.PageCountPath != "":
		c.items(at, o)
	case o.Extensions[itemsName] != nil:
		c.failf(at.child(itemsName), "%s is only for methods with pages, which have an argument cursor or %s", itemsName, pageCountName)
	}
}

// responsePath returns the path in an extension, which needs an argument.
func (c *checker) responsePath(at place, o *Operation, name, argument string) string {
	path, ok := as[string](o.Extensions[name])
	switch {
	case !ok:
		if o.Extensions[name] != nil {
			c.failf(at.child(name), "%s is %v; it must be %s", name, o.Extensions[name], extensions[name].want)
		}
		return ""
	case o.Arguments.Properties[argument] == nil:
		c.failf(at.child(name), "the method has %s, but no argument %s", name, argument)
		return ""
	case follow(o.Response, path) == nil:
		c.failf(at.child(name), "%s is %q, which the response does not have", name, path)
		return ""
	}
	return path
}

// cursor checks the argument cursor and the next page's cursor.
func (c *checker) cursor(at place, o *Operation, argument *openapi3.Schema, path string) {
	if !isPlainString(argument) || argument.Nullable || isEmptyable(argument) {
		c.failf(c.argument(at, o, "cursor"), "the argument cursor must have type: string, without format, enum, nullable or %s", emptyName)
	}
	o.CursorPath = NextCursor
	switch {
	case path == NextCursor:
		c.failf(at.child(cursorName), "%s is %q, which is the default; remove it", cursorName, path)
	case path != "":
		o.CursorPath = path
	case o.Extensions[cursorName] != nil:
		return // responsePath has reported it
	default:
		if other := findCursor(o.Response, 2); other != "" {
			c.failf(at, "nothing reads the cursor in the response; add %s: %s", cursorName, other)
		}
	}
	if schema := follow(o.Response, o.CursorPath); schema == nil || !isPlainString(schema) {
		c.failf(at.child(cursorName), "%s, the next page's cursor, must have type: string, without format or enum", o.CursorPath)
	}
}

func isPlainString(schema *openapi3.Schema) bool {
	return schema.Type.Is("string") && schema.Format == "" && len(schema.Enum) == 0
}

// IsNextCursor reports whether Slack gives the next page's cursor this name.
func IsNextCursor(name string) bool { return name == "next_cursor" || name == "cursor_next" }

// findCursor returns the path of a next page's cursor that is not at the usual
// place, or "".
func findCursor(response *openapi3.Schema, depth int) string {
	for _, name := range Fields(response) {
		property := Field(response, name)
		switch {
		case IsNextCursor(name):
			return name
		case name != "response_metadata" && property.Type.Is("object") && depth > 1:
			if rest := findCursor(property, depth-1); rest != "" {
				return name + "." + rest
			}
		}
	}
	return ""
}

// pageCount checks the argument page and the number of pages.
func (c *checker) pageCount(at place, o *Operation) {
	page := o.Arguments.Properties["page"].Value
	if !page.Type.Is("integer") && !isPlainString(page) || page.Nullable || isEmptyable(page) {
		c.failf(c.argument(at, o, "page"), "the argument page must have type: integer or string, without format, enum, nullable or %s", emptyName)
	}
	if !follow(o.Response, o.PageCountPath).Type.Is("integer") {
		c.failf(at.child(pageCountName), "%s, the number of pages, must have type: integer", o.PageCountPath)
	}
}

// items sets the path of a page's items.
func (c *checker) items(at place, o *Operation) {
	if path, ok := as[string](o.Extensions[itemsName]); ok {
		o.ItemsPath = path
		if follow(o.Response, o.ItemsPath) == nil {
			c.failf(at.child(itemsName), "%s is %q, which the response does not have", itemsName, o.ItemsPath)
			return
		}
	} else {
		var arrays []string
		for _, name := range Fields(o.Response) {
			if Field(o.Response, name).Type.Is("array") {
				arrays = append(arrays, name)
			}
		}
		if len(arrays) != 1 {
			c.failf(at, "the method has pages, and %d arrays at the top of its response (%s); add %s with the path of the items", len(arrays), strings.Join(arrays, ", "), itemsName)
			return
		}
		o.ItemsPath = arrays[0]
	}
	items := follow(o.Response, o.ItemsPath)
	switch {
	case !items.Type.Is("array") && !isMap(items):
		c.failf(at.child(itemsName), "%q, the items of a page, must be an array or a map (an object with additionalProperties alone)", o.ItemsPath)
	case items.Nullable:
		c.failf(at.child(itemsName), "%q, the items of a page, must not be nullable, because Go reads null as no items", o.ItemsPath)
	}
}

// isMap reports whether schema becomes a Go map.
func isMap(schema *openapi3.Schema) bool {
	return schema.Type.Is("object") && len(schema.Properties) == 0 && len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) == 0
}
