package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
	"strings"
)

// models are the Go types that oapi-codegen generated from the spec's schemas. They
// have the names and types of fields.
type models struct {
	types map[string]ast.Expr
	order []string // the names of types in the order of the source
	enums []enum
}

// An enum is a type with its known values.
type enum struct {
	Name   string
	Values []string // names of constants
}

func parseModels(source []byte) (*models, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "models.gen.go", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	all := &models{types: map[string]ast.Expr{}}
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		var values enum
		for _, spec := range group.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				all.types[spec.Name.Name] = spec.Type
				all.order = append(all.order, spec.Name.Name)
			case *ast.ValueSpec:
				values.Name = goType(spec.Type)
				values.Values = append(values.Values, spec.Names[0].Name)
			}
		}
		if values.Name != "" {
			all.enums = append(all.enums, values)
		}
	}
	return all, nil
}

// A place is a field in a struct or deeper.
type place struct {
	Path  string // of Go fields, with dots
	Guard string // a Go condition that a pointer on the path is nil, or ""
	typ   ast.Expr
}

// follow returns the place at a dotted path of JSON names in root, a variable of the
// type typeName.
func (m *models) follow(root, typeName, path string) (place, error) {
	at := place{Path: root, typ: ast.NewIdent(typeName)}
	var nils []string
	for name := range strings.SplitSeq(path, ".") {
		if pointer, ok := at.typ.(*ast.StarExpr); ok {
			nils = append(nils, at.Path+" == nil")
			at.typ = pointer.X
		}
		field := m.field(at.typ, name)
		if field == nil {
			return place{}, fmt.Errorf("%s: the Go type %s has no field for %q", path, types.ExprString(at.typ), name)
		}
		at.Path += "." + field.Names[0].Name
		at.typ = field.Type
	}
	at.Guard = strings.Join(nils, " || ")
	return at, nil
}

// field returns the field of a struct with a JSON name, or nil.
func (m *models) field(typ ast.Expr, name string) *ast.Field {
	for {
		named, ok := typ.(*ast.Ident)
		if !ok {
			break
		}
		typ = m.types[named.Name]
	}
	structure, ok := typ.(*ast.StructType)
	if !ok {
		return nil
	}
	for _, field := range structure.Fields.List {
		if field.Tag == nil {
			continue
		}
		tag, _ := strconv.Unquote(field.Tag.Value) // it is quoted
		if found, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ","); found == name {
			return field
		}
	}
	return nil
}

// underlying returns the type that a name is defined as.
func (m *models) underlying(typ ast.Expr) ast.Expr {
	for {
		named, ok := typ.(*ast.Ident)
		if !ok || m.types[named.Name] == nil {
			return typ
		}
		typ = m.types[named.Name]
	}
}

// goType returns a type as Go code.
func goType(typ ast.Expr) string {
	return strings.ReplaceAll(types.ExprString(typ), "interface{}", "any")
}
