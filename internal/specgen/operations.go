package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// An operation is a method, with what the templates need for its Go code.
type operation struct {
	*speccheck.Operation
	GoName, Request, Response string // Go names
	Encoding                  string // a constant of package api
	MaxItems                  string // of a page; "" if the spec has no limit

	MissingField string // Go statements that return the path of a missing essential field

	// Places in Request and Response, if the method has pages.
	Page        place // the argument cursor or page
	Next        place // the next page's cursor, or the number of pages
	List        place // the items
	Item        string
	IsMap       bool // List is a map
	Preallocate bool // List has room for MaxItems from the start
}

// methods are all methods, and the servers of other APIs.
type methods struct {
	Servers    map[string]string
	Operations []*operation
}

// operations returns the methods of doc, whose Go types are all.
func operations(doc *speccheck.Doc, all *models) ([]*operation, error) {
	ops := make([]*operation, len(doc.Operations))
	for i := range doc.Operations {
		op, err := newOperation(&doc.Operations[i], all)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Operations[i].OperationID, err)
		}
		ops[i] = op
	}
	return ops, nil
}

func newOperation(o *speccheck.Operation, all *models) (*operation, error) {
	op := &operation{
		Operation: o,
		GoName:    goname.Of(o.OperationID),
		Request:   "struct{}",
		Response:  goname.Of(o.OperationID) + "Response",
		Encoding:  encoding(o),
	}
	if o.Request != "" || len(o.Parameters) > 0 {
		op.Request = op.GoName + "Request"
	}
	op.MissingField = all.missingField("resp", ast.NewIdent(op.Response), "", o.Response, maxDepth)
	if !op.HasPages() {
		return op, nil
	}
	if limit := o.Arguments.Properties["limit"]; limit != nil && limit.Value.Max != nil {
		op.MaxItems = text(*limit.Value.Max)
	}

	argument := "cursor"
	if o.PageCountPath != "" {
		argument = "page"
	}
	var err error
	if op.Page, err = all.follow("req", op.Request, argument); err != nil {
		return nil, err
	}
	if op.Next, err = all.follow("resp", op.Response, op.NextAt()); err != nil {
		return nil, err
	}
	if pointer, ok := op.Next.typ.(*ast.StarExpr); ok {
		nothing := op.Next.Path + " == nil"
		if op.Next.Guard != "" {
			nothing = op.Next.Guard + " || " + nothing
		}
		op.Next = place{"*" + op.Next.Path, nothing, pointer.X}
	}
	if op.List, err = all.follow("page", op.Response, o.ItemsPath); err != nil {
		return nil, err
	}
	switch list := all.underlying(op.List.typ).(type) {
	case *ast.ArrayType:
		op.Item = goType(list.Elt)
		op.Preallocate = op.MaxItems != "" && op.List.Guard == ""
	case *ast.MapType:
		op.Item, op.IsMap = goType(list.Value), true
	default:
		return nil, fmt.Errorf("%s is %s in Go; it must be a slice or a map", o.ItemsPath, goType(op.List.typ))
	}
	return op, nil
}

// maxDepth limits the search for essential fields, because types can be recursive.
const maxDepth = 4

// missingField returns Go statements that return the path of the first field of a
// variable that is required and x-slack-essential, but zero.
func (m *models) missingField(variable string, typ ast.Expr, path string, schema *openapi3.Schema, depth int) string {
	var code strings.Builder
	for _, p := range properties(schema) {
		field := m.field(typ, p.Name)
		if field == nil || depth == 0 {
			continue
		}
		value, at := variable+"."+field.Names[0].Name, path+p.Name
		needed := p.Required && p.Value.Extensions["x-slack-essential"] == true
		switch of := m.underlying(field.Type).(type) {
		case *ast.ArrayType:
			if needed && !strings.Contains(path, "[]") { // an empty list is not missing, but null is; in a list, has cannot distinguish them
				fmt.Fprintf(&code, "if len(%s) == 0 && !has(%q) {\nreturn %[2]q\n}\n", value, at)
			}
			if inner := m.missingField("item", of.Elt, at+"[].", p.Value.Items.Value, depth-1); inner != "" {
				fmt.Fprintf(&code, "for i := range %s {\nitem := &%[1]s[i]\n%s}\n", value, inner)
			}
		case *ast.StructType:
			if p.Required {
				code.WriteString(m.missingField(value, field.Type, at+".", p.Value, depth-1))
			}
		case *ast.Ident:
			zero := map[string]string{"string": `""`, "int": "0", "int64": "0"}[of.Name]
			if needed && zero != "" {
				fmt.Fprintf(&code, "if %s == %s {\nreturn %q\n}\n", value, zero, at)
			}
		}
	}
	return code.String()
}

// HasArguments reports whether the method has arguments.
func (op *operation) HasArguments() bool { return op.Request != "struct{}" }

// HasPages reports whether the method has pages.
func (op *operation) HasPages() bool { return op.CursorPath != "" || op.PageCountPath != "" }

// ByNumber returns the function that advances the page number, "" if pages have cursors.
func (op *operation) ByNumber() (function string) {
	switch {
	case op.PageCountPath == "":
		return ""
	case op.Arguments.Properties["page"].Value.Type.Is("string"):
		return "advancePageString"
	default:
		return "advancePage"
	}
}

// NextAt returns where in a response the next page's cursor, or the number of
// pages, stands.
func (op *operation) NextAt() string { return cmp.Or(op.PageCountPath, op.CursorPath) }

// ListType returns the type of the items of a page.
func (op *operation) ListType() string { return goType(op.List.typ) }

// Fields returns the Go path of the items in a variable.
func (op *operation) Fields(variable string) string { return variable + op.List.Path[len("page"):] }

// encoding returns how package api sends a method's arguments.
func encoding(o *speccheck.Operation) string {
	switch media := o.Media(); {
	case o.HTTPMethod == http.MethodGet:
		return "encodingQuery"
	case slices.Contains(media, speccheck.MediaJSON):
		return "encodingJSON"
	case slices.Contains(media, speccheck.MediaMultipart):
		return "encodingMultipart"
	case len(media) > 0:
		return "encodingForm"
	default:
		return "encodingNone"
	}
}

// hasPages reports whether any method has pages.
func hasPages(ops []*operation) bool { return slices.ContainsFunc(ops, (*operation).HasPages) }

// hasStream reports whether any method returns a stream.
func hasStream(ops []*operation) bool {
	return slices.ContainsFunc(ops, func(op *operation) bool { return op.StreamType != "" })
}
