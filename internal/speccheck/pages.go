package speccheck

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// NextCursor is where the cursor of the next page stands in most answers.
const NextCursor = "response_metadata.next_cursor"

// pages takes how o goes on to the next page, if it has pages, and where the
// items of one are.
func (c *checker) pages(where place, o *Operation) {
	if o.Extensions["x-slack-cursor"] == false { // the argument is not one of pages
		if o.Arguments.Properties["cursor"] == nil {
			c.failf(where.to("x-slack-cursor"), "x-slack-cursor is false, but it has no argument cursor; want it left out")
		}
		return
	}
	cursor := c.place(where, o, "x-slack-cursor", "cursor")
	o.Pages = c.place(where, o, "x-slack-pages", "page")
	argument := o.Arguments.Properties["cursor"]
	switch {
	case o.Pages != "":
		c.numbered(where, o)
	case argument != nil:
		c.cursor(where, o, argument.Value, cursor)
	}
	_, said := o.Extensions["x-slack-items"]
	switch {
	case o.Cursor != "" || o.Pages != "":
		c.items(where, o)
	case said:
		c.failf(where.to("x-slack-items"), "it has x-slack-items, but no pages: neither an argument cursor nor x-slack-pages")
	}
}

// place returns the path that the extension name has, which makes sense only
// beside an argument.
func (c *checker) place(where place, o *Operation, name, argument string) string {
	if _, said := o.Extensions[name]; !said {
		return ""
	}
	path := decode[string](c, where, o.Extensions, name)
	switch {
	case o.Arguments.Properties[argument] == nil:
		c.failf(where.to(name), "it has %s, but no argument %s to send it back in", name, argument)
		return ""
	case follow(o.Answer, path) == nil:
		c.failf(where.to(name), "%s is %q, which the answer does not have", name, path)
		return ""
	}
	return path
}

// cursor checks that the cursor of the next page is read from where it stands.
func (c *checker) cursor(where place, o *Operation, argument *openapi3.Schema, said string) {
	if !argument.Type.Is("string") || argument.Nullable || argument.Format != "" || len(argument.Enum) > 0 || isEmptyable(argument) {
		c.failf(c.argument(where, o, "cursor"), "cursor is not type: string alone, or may be null")
	}
	_, says := o.Extensions["x-slack-cursor"]
	o.Cursor = NextCursor
	switch {
	case said == NextCursor:
		c.failf(where.to("x-slack-cursor"), "x-slack-cursor is %q, where every cursor is looked for; want it left out", said)
	case said != "":
		o.Cursor = said
	case says:
		return // and place has said what is wrong
	default:
		if other := cursorIn(o.Answer, 2); other != "" {
			c.failf(where, "its answer has a cursor that nothing reads; want x-slack-cursor: %s", other)
		}
	}
	schema := follow(o.Answer, o.Cursor)
	if schema == nil || !schema.Type.Is("string") || schema.Format != "" || len(schema.Enum) > 0 {
		c.failf(where.to("x-slack-cursor"), "%s, where the next cursor stands, is not type: string alone", o.Cursor)
	}
}

// IsNextCursor tells whether a field is called as Slack calls the cursor of the
// next page.
func IsNextCursor(name string) bool { return name == "next_cursor" || name == "cursor_next" }

// cursorIn returns the path of a next_cursor at another place than usual.
func cursorIn(answer *openapi3.Schema, depth int) string {
	for _, name := range Fields(answer) {
		property := Field(answer, name)
		switch {
		case IsNextCursor(name):
			return name
		case name != "response_metadata" && property.Type.Is("object") && depth > 1:
			if rest := cursorIn(property, depth-1); rest != "" {
				return name + "." + rest
			}
		}
	}
	return ""
}

// numbered checks pages that are asked for by number.
func (c *checker) numbered(where place, o *Operation) {
	page := o.Arguments.Properties["page"].Value
	if !page.Type.Is("integer") && !page.Type.Is("string") || page.Nullable || page.Type.Is("string") && (page.Format != "" || len(page.Enum) > 0 || isEmptyable(page)) {
		c.failf(c.argument(where, o, "page"), "page is neither type: integer nor type: string alone, or may be null")
	}
	if !follow(o.Answer, o.Pages).Type.Is("integer") {
		c.failf(where.to("x-slack-pages"), "%s, the number of pages, is not type: integer", o.Pages)
	}
}

// items finds the items of a page.
func (c *checker) items(where place, o *Operation) {
	if _, said := o.Extensions["x-slack-items"]; said {
		o.Items = decode[string](c, where, o.Extensions, "x-slack-items")
		if follow(o.Answer, o.Items) == nil {
			c.failf(where.to("x-slack-items"), "x-slack-items is %q, which the answer does not have", o.Items)
			return
		}
	} else {
		var arrays []string
		for _, name := range Fields(o.Answer) {
			if Field(o.Answer, name).Type.Is("array") {
				arrays = append(arrays, name)
			}
		}
		if len(arrays) != 1 {
			c.failf(where, "it has pages, and its answer has %d arrays at the top (%s); want x-slack-items with the path of a page's items", len(arrays), strings.Join(arrays, ", "))
			return
		}
		o.Items = arrays[0]
	}
	items := follow(o.Answer, o.Items)
	switch {
	case !items.Type.Is("array") && !isMap(items):
		c.failf(where.to("x-slack-items"), "%q, the items of a page, is neither an array nor a map (an object with additionalProperties alone)", o.Items)
	case items.Nullable:
		c.failf(where.to("x-slack-items"), "%q, the items of a page, may be null; leave that out, for Go reads null as none", o.Items)
	}
}

// isMap reports whether Go has a map for schema.
func isMap(schema *openapi3.Schema) bool {
	return schema.Type.Is("object") && len(schema.Properties) == 0 && len(schema.AllOf)+len(schema.OneOf)+len(schema.AnyOf) == 0
}
