package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

type methodOptions struct {
	*clientFlags

	method       *methods.Method
	args         *arguments
	all, curl    bool
	body, output string
}

func newMethod(c *clientFlags, m *methods.Method) *cobra.Command {
	o := &methodOptions{clientFlags: c, method: m, args: newArguments(m)}
	cmd := &cobra.Command{
		Use:   m.Name,
		Short: m.Summary,
		Long:  methodHelp(m),
		Args:  noArgs,
		RunE:  o.run,
	}
	o.args.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.body, "body", "", "read arguments from a file with a JSON object, or from standard input if it is -; flags replace them")
	flags.BoolVar(&o.curl, "curl", false, "print the request as a curl command, without the token, and send nothing")
	if m.Items != "" {
		flags.BoolVar(&o.all, "all", false, "print all pages")
	}
	if m.IsStream {
		flags.StringVar(&o.output, "output", "", "write the response to a file instead of standard output")
	}
	return cmd
}

func (o *methodOptions) run(cmd *cobra.Command, _ []string) error {
	values, err := o.args.values(cmd, o.body)
	if err != nil {
		return err
	}
	if o.curl {
		return o.printCurl(cmd, values)
	}
	c, err := o.connect(cmd, false)
	if err != nil {
		return err
	}
	name := o.method.GoName
	if o.all {
		name += "Pages"
	}
	call, err := prepareCall(cmd.Context(), c.client, name, values, c.opts)
	if err != nil {
		return err
	}
	out := responsePrinter{out: cmd.OutOrStdout(), items: o.method.Items, json: c.json}
	if o.all {
		for _, pageErr := range call()[0].Seq2() {
			if err, ok := reflect.TypeAssert[error](pageErr); ok {
				return c.failure("", err)
			}
			if err := out.print(c.response); err != nil {
				return writeError(err)
			}
		}
		return nil
	}
	results := call()
	if err, ok := reflect.TypeAssert[error](results[1]); ok {
		return c.handlePartialRefusal(c.failure("", err))
	}
	if stream, ok := reflect.TypeAssert[io.ReadCloser](results[0]); ok {
		return writeStream(stream, cmd.OutOrStdout(), o.output)
	}
	return writeError(out.print(c.response))
}

func methodHelp(m *methods.Method) string {
	var b strings.Builder
	b.WriteString(m.Summary + "\n")
	if m.Description != "" {
		b.WriteString("\n" + strings.TrimSpace(m.Description) + "\n")
	}
	rate := "not documented"
	if m.PerMinute > 0 {
		rate = words.PerMinute(m.PerMinute)
	}
	idempotent := "not known"
	if m.Idempotent {
		idempotent = "yes"
	}
	scopes := cmp.Or(m.ScopesByToken, words.Scopes(m.Scopes, "", ", "))
	fmt.Fprintf(&b, "\nTokens: %s. Scopes: %s. Rate limit: %s. Idempotent: %s.\n%s", m.Callers, scopes, rate, idempotent, m.Docs)
	return b.String()
}

// prepareCall returns the call of a method of client. The command calls the methods of the
// spec by reflection, so that no method needs its own Go. The error is about the arguments.
func prepareCall(ctx context.Context, client *api.Client, name string, values map[string]any, opts []api.CallOption) (func() []reflect.Value, error) {
	method := reflect.ValueOf(client).MethodByName(name)
	in := []reflect.Value{reflect.ValueOf(ctx)}
	if method.Type().NumIn() == 3 {
		req := reflect.New(method.Type().In(1))
		if err := fillRequest(req, values); err != nil {
			return nil, err
		}
		in = append(in, req.Elem())
	}
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	return func() []reflect.Value { return method.Call(in) }, nil
}

func fillRequest(req reflect.Value, values map[string]any) error {
	files := map[string]api.File{}
	plain := map[string]any{}
	for name, value := range values {
		if file, ok := value.(api.File); ok {
			files[name] = file
		} else {
			plain[name] = value
		}
	}
	encoded, err := json.Marshal(plain)
	if err != nil {
		return err
	}
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(encoded, req.Interface()); {
	case errors.As(err, &wrong):
		return fmt.Errorf("the argument %s: got %s, want %v", wrong.Field, wrong.Value, wrong.Type)
	case err != nil:
		return fmt.Errorf("the arguments: %w", err)
	}
	for i := range req.Elem().NumField() {
		name, _, _ := strings.Cut(req.Elem().Type().Field(i).Tag.Get("json"), ",")
		if file, ok := files[name]; ok {
			req.Elem().Field(i).Set(reflect.ValueOf(file))
		}
	}
	return nil
}

// A responsePrinter prints responses: indented, or with --json one object a line, and each
// item of a page on its own line.
type responsePrinter struct {
	out   io.Writer
	items string // the path of a page's items, if there are pages
	json  bool
}

func (p *responsePrinter) print(response json.RawMessage) error {
	if !p.json {
		line, err := jsonLine(response)
		if err != nil {
			return err
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(line), "", "  "); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.out, indented.String())
		return err
	}
	if p.items == "" {
		return printJSON(p.out, response)
	}
	raw := response
	for name := range strings.SplitSeq(p.items, ".") {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(raw, &fields); err != nil {
			return err
		}
		raw = fields[name]
	}
	var items []json.RawMessage
	if raw != nil && json.Unmarshal(raw, &items) != nil {
		var byName map[string]json.RawMessage
		if err := json.Unmarshal(raw, &byName); err != nil {
			return err
		}
		items = nil
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			item, err := json.Marshal(map[string]any{"name": name, "value": byName[name]})
			if err != nil {
				return err
			}
			items = append(items, item)
		}
	}
	for _, item := range items {
		if err := printJSON(p.out, item); err != nil {
			return err
		}
	}
	return nil
}

// writeStream writes a stream to a file, or to standard output unless that is a terminal.
func writeStream(stream io.ReadCloser, out io.Writer, path string) (err error) {
	defer func() { _ = stream.Close() }()
	if path == "" {
		if terminalOf(out) != nil {
			return errors.New("the response is not text; want --output FILE, or redirect standard output")
		}
		_, err = io.Copy(out, stream)
		return writeError(err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &failure{err: err, hint: "choose another file with --output"}
	}
	_, err = io.Copy(file, stream)
	if err = errors.Join(err, file.Close()); err != nil {
		return &failure{err: err, hint: printable.Line(path) + " is incomplete"}
	}
	return nil
}
