// Command specgen checks the OpenAPI document and writes everything generated from
// it, partly with oapi-codegen:
//
//	generated/models.gen.go         the types of arguments and responses
//	generated/client/client.gen.go  oapi-codegen's stock client
//	generated/REFERENCE.md          the reference page
//	api/types.gen.go                package api's names for the types
//	api/methods.gen.go              the methods of its Client
//	api/codes.gen.go                the error codes
//	internal/methods/table.gen.go   the command's table of methods
//
// It takes no arguments and runs in the project's root.
package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"text/template"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

const specPath = "spec/slack.yaml"

func main() {
	if len(os.Args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: specgen, without arguments, in the project's root")
		os.Exit(2)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes all files, or none if the spec or a template is wrong.
func run() error {
	doc, err := check()
	if err != nil {
		return err
	}
	files, err := generate(doc)
	if err != nil {
		return err
	}
	for path, content := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// check loads the document.
func check() (*speccheck.Doc, error) {
	data, err := os.ReadFile(specPath)
	if err != nil {
		return nil, err
	}
	if err := goname.Configure(modelsConfig); err != nil {
		return nil, fmt.Errorf("%s: %w", modelsConfig, err)
	}
	doc, err := goname.Load(data)
	if err != nil {
		return nil, speccheck.WithFile(specPath, err)
	}
	return doc, nil
}

// generate returns the generated files by path.
func generate(doc *speccheck.Doc) (map[string][]byte, error) {
	models, client, err := runOapiCodegen()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"generated/models.gen.go":        models,
		"generated/client/client.gen.go": client,
	}
	all, err := parseModels(models)
	if err != nil {
		return nil, err
	}
	ops, err := operations(doc, all)
	if err != nil {
		return nil, err
	}
	if files["generated/REFERENCE.md"], err = render("reference.tmpl", doc); err != nil {
		return nil, err
	}
	for _, file := range []struct {
		path, template string
		data           any
	}{
		{"api/types.gen.go", "types.tmpl", all.aliases(doc, ops)},
		{"api/methods.gen.go", "methods.tmpl", methods{doc.APIs, ops}},
		{"api/codes.gen.go", "codes.tmpl", doc},
		{"internal/methods/table.gen.go", "table.tmpl", doc},
	} {
		if files[file.path], err = renderGo(file.template, file.data); err != nil {
			return nil, fmt.Errorf("%s: %w", file.path, err)
		}
	}
	return files, nil
}

//go:embed *.tmpl
var templates embed.FS

var parsed = template.Must(template.New("").Funcs(functions).ParseFS(templates, "*.tmpl"))

func render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	err := parsed.ExecuteTemplate(&out, name, data)
	return out.Bytes(), err
}

func renderGo(name string, data any) ([]byte, error) {
	source, err := render(name, data)
	if err != nil {
		return nil, err
	}
	return format.Source(source)
}
