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
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/seed-38c23bad/slackadmin/api"
	"github.com/seed-38c23bad/slackadmin/internal/methods"
	"github.com/seed-38c23bad/slackadmin/internal/printable"
	"github.com/seed-38c23bad/slackadmin/internal/words"
)

// newCall returns the command that calls any method. Its subcommands, one for
// each method of the spec, are made when it runs, and of those the one that it is
// to run.
func newCall(s *speech) *cobra.Command {
	return &cobra.Command{
		Use:   "call METHOD [--ARGUMENT VALUE]...",
		Short: "Call any method of Slack's Web API",
		Long: `call calls a method of Slack's Web API and prints the response. The arguments of
the methods of the spec are flags: "slackadmin call METHOD --help" describes them.
To a method that the spec does not have, arguments go with --arg NAME=VALUE.

It does what it is told: a method that changes or ends something does so at once.`,
		Example: `  slackadmin call auth.test
  slackadmin call admin.users.session.list --all --json
  slackadmin call admin.users.session.reset --user-id W12345678 --mobile-only
  slackadmin call admin.users.session.resetBulk --user-ids W12345678,W23456789 --curl
  slackadmin call team.info --arg team=T12345678`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			inner, err := newMethods(s, cmd, args)
			if err != nil {
				return err
			}
			inner.SetArgs(append([]string{"call"}, args...))
			return inner.ExecuteContext(cmd.Context())
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			inner, err := newMethods(s, cmd, args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			// cobra completes for a shell by a command that prints.
			var out bytes.Buffer
			inner.SetOut(&out)
			inner.SetErr(io.Discard)
			inner.SetArgs(slices.Concat([]string{cobra.ShellCompRequestCmd, "call"}, args, []string{toComplete}))
			if inner.ExecuteContext(cmd.Context()) != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			last := strings.TrimPrefix(lines[len(lines)-1], ":")
			directive, _ := strconv.Atoi(last)
			return lines[:len(lines)-1], cobra.ShellCompDirective(directive)
		},
	}
}

var methodPattern = regexp.MustCompile(`^\w+(\.\w+)+$`)

// newMethods returns a command as the root's, whose subcommand call has one for
// the method in args or, if the spec has none of that name, one for each method,
// and for that.
func newMethods(s *speech, outer *cobra.Command, args []string) (*cobra.Command, error) {
	c := &caller{speech: s}
	group := newGroup(outer.Use, outer.Short)
	group.Long, group.Example = outer.Long, outer.Example
	c.flags(group)
	name := ""
	if at := slices.IndexFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") }); at >= 0 {
		name = args[at]
	}
	if m := methods.Find(name); m != nil {
		group.AddCommand(newMethod(c, m))
	} else {
		for i := range methods.All {
			group.AddCommand(newMethod(c, &methods.All[i]))
		}
		if methodPattern.MatchString(name) {
			similar := group.SuggestionsFor(name)
			if len(similar) > 0 && !slices.ContainsFunc(args, isArg) {
				return nil, fmt.Errorf("the spec has no method %s%s", name, didYouMean(similar))
			}
			group.AddCommand(newUnlisted(c, name))
		}
	}
	root := newGroup("slackadmin", "", group)
	s.flags(root)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetFlagErrorFunc(suggestFlag)
	root.SetOut(outer.OutOrStdout())
	root.SetErr(outer.ErrOrStderr())
	completeNoFiles(root)
	return root, nil
}

// isArg tells whether a word is the flag for an argument that the spec does not have.
func isArg(word string) bool { return word == "--arg" || strings.HasPrefix(word, "--arg=") }

// newMethod returns the command of a method of the spec.
func newMethod(c *caller, of *methods.Method) *cobra.Command {
	var all, curl bool
	var body, output string
	args := newArguments(of)
	cmd := &cobra.Command{
		Use:   of.Name,
		Short: of.Summary,
		Long:  describe(of),
		Args:  flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			values, err := args.values(cmd, body)
			if err != nil {
				return err
			}
			if curl {
				return c.printCurl(cmd, of, values)
			}
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			m := method{of: of, client: client, opts: opts}
			out := responsePrinter{out: cmd.OutOrStdout(), items: of.Items, json: c.json}
			if all {
				err := m.pages(cmd.Context(), values, func() error { return out.print(c.response) })
				return c.callFailure(cmd, err)
			}
			stream, err := m.call(cmd.Context(), values)
			switch {
			case stream != nil:
				return save(stream, cmd.OutOrStdout(), output)
			case err != nil:
				return c.refusedSome(cmd, c.callFailure(cmd, err))
			}
			return outputFailure(out.print(c.response))
		},
	}
	args.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&body, "body", "", "read arguments from a file with a JSON object, or from standard input if it is -; flags come on top")
	flags.BoolVar(&curl, "curl", false, "print the request as a curl command, with the token left out, and send nothing")
	if of.Items != "" {
		flags.BoolVar(&all, "all", false, "print all pages")
	}
	if of.IsStream {
		flags.StringVar(&output, "output", "", "write the response to a file instead of standard output")
	}
	return cmd
}

// A callError is one of a call, and not of its arguments or the output.
type callError struct{ error }

func (e *callError) Unwrap() error { return e.error }

// callFailure returns err as a failure if it is one of a call.
func (c *caller) callFailure(cmd *cobra.Command, err error) error {
	var called *callError
	if errors.As(err, &called) {
		return c.failure(cmd, "", called.error)
	}
	return err
}

// refusedSome prints the messages of a refusal for some users only, one a line.
func (c *caller) refusedSome(cmd *cobra.Command, err error) error {
	var failed *failure
	var refused *api.Error
	if !errors.Is(err, api.ErrFailedForSomeUsers) || !errors.As(err, &failed) || !errors.As(err, &refused) {
		return err
	}
	for _, message := range refused.Messages {
		fmt.Fprint(cmd.ErrOrStderr(), c.note(cmd.ErrOrStderr(), strings.TrimPrefix(message, "[ERROR] ")))
	}
	short := *refused
	short.Messages = nil // they are above
	failed.err, failed.partly = &short, true
	failed.next = "look at what Slack says above; it does not say what it did for the others"
	return failed
}

// describe returns the help of a method.
func describe(of *methods.Method) string {
	var b strings.Builder
	b.WriteString(of.Summary + "\n")
	if of.Description != "" {
		b.WriteString("\n" + strings.TrimSpace(of.Description) + "\n")
	}
	rate := "as Slack says"
	if of.PerMinute > 0 {
		rate = words.PerMinute(of.PerMinute)
	}
	harmless := "not known to be"
	if of.Idempotent {
		harmless = "yes"
	}
	scopes := cmp.Or(of.ScopesByToken, words.Scopes(of.Scopes, "", ", "))
	fmt.Fprintf(&b, "\nTokens: %s. Scopes: %s. Rate limit: %s. A repeat after a lost response is harmless: %s.\n%s", of.Callers, scopes, rate, harmless, of.Docs)
	return b.String()
}

// newUnlisted returns the command of a method that the spec does not have.
func newUnlisted(c *caller, name string) *cobra.Command {
	var pairs []string
	cmd := &cobra.Command{
		Use:   name,
		Short: "Call a method that the spec does not have",
		Args:  flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			args := map[string]string{}
			for _, pair := range pairs {
				key, value, ok := strings.Cut(pair, "=")
				if !ok || key == "" {
					return fmt.Errorf("--arg is %q; want NAME=VALUE", pair)
				}
				if key == "token" {
					return errors.New("--arg token: the token is read from SLACK_TOKEN alone")
				}
				if hasToken(pair) {
					return errors.New("--arg has the token, or a part of it, in it")
				}
				if _, twice := args[key]; twice {
					return fmt.Errorf("--arg %s is given twice", key)
				}
				args[key] = value
			}
			client, opts, err := c.client(cmd)
			if err != nil {
				return err
			}
			if _, err := api.Call[struct{}](cmd.Context(), client, name, args, opts...); err != nil {
				return c.failure(cmd, "", err)
			}
			out := responsePrinter{out: cmd.OutOrStdout(), json: c.json}
			return outputFailure(out.print(c.response))
		},
	}
	cmd.Flags().StringArrayVar(&pairs, "arg", nil, "an argument, as NAME=VALUE; can be repeated")
	return cmd
}

// method calls a method of the spec by its name, which reflection alone can do
// without Go for each.
type method struct {
	of     *methods.Method
	client *api.Client
	opts   []api.CallOption
}

// in returns what the Go method is called with.
func (m *method) in(ctx context.Context, method reflect.Value, values map[string]any) ([]reflect.Value, error) {
	in := []reflect.Value{reflect.ValueOf(ctx)}
	if method.Type().NumIn() == 3 {
		req := reflect.New(method.Type().In(1))
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
			return nil, err
		}
		var wrong *json.UnmarshalTypeError
		switch err := json.Unmarshal(encoded, req.Interface()); {
		case errors.As(err, &wrong):
			return nil, fmt.Errorf("the argument %s: got %s, want %v", wrong.Field, wrong.Value, wrong.Type)
		case err != nil:
			return nil, fmt.Errorf("the arguments: %w", err)
		}
		for i := range req.Elem().NumField() {
			name, _, _ := strings.Cut(req.Elem().Type().Field(i).Tag.Get("json"), ",")
			if file, ok := files[name]; ok {
				req.Elem().Field(i).Set(reflect.ValueOf(file))
			}
		}
		in = append(in, req.Elem())
	}
	for _, opt := range m.opts {
		in = append(in, reflect.ValueOf(opt))
	}
	return in, nil
}

// call calls the method. It returns a stream if the response is one. An error that
// is no callError is one of the arguments.
func (m *method) call(ctx context.Context, values map[string]any) (io.ReadCloser, error) {
	method := reflect.ValueOf(m.client).MethodByName(m.of.GoName)
	in, err := m.in(ctx, method, values)
	if err != nil {
		return nil, err
	}
	out := method.Call(in)
	if err, ok := reflect.TypeAssert[error](out[1]); ok {
		return nil, &callError{err}
	}
	stream, _ := reflect.TypeAssert[io.ReadCloser](out[0])
	return stream, nil
}

// pages calls show after each page has come.
func (m *method) pages(ctx context.Context, values map[string]any, show func() error) error {
	method := reflect.ValueOf(m.client).MethodByName(m.of.GoName + "Pages")
	in, err := m.in(ctx, method, values)
	if err != nil {
		return err
	}
	for _, pageErr := range method.Call(in)[0].Seq2() {
		if err, ok := reflect.TypeAssert[error](pageErr); ok {
			return &callError{err}
		}
		if err := show(); err != nil {
			return outputFailure(err)
		}
	}
	return nil
}

// responsePrinter prints responses: as they are, indented, or with --json one
// object a line, and a page's items one a line each.
type responsePrinter struct {
	out   io.Writer
	items string // the path of a page's items, if there are pages
	json  bool
}

func (p *responsePrinter) print(answer json.RawMessage) error {
	if !p.json {
		line, err := jsonLine(answer)
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
		return printJSON(p.out, answer)
	}
	raw := answer
	for name := range strings.SplitSeq(p.items, ".") {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(raw, &fields); err != nil {
			return err
		}
		raw = fields[name]
	}
	var list []json.RawMessage
	if raw == nil || json.Unmarshal(raw, &list) == nil {
		for _, item := range list {
			if err := printJSON(p.out, item); err != nil {
				return err
			}
		}
		return nil
	}
	var byName map[string]json.RawMessage
	if err := json.Unmarshal(raw, &byName); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		entry, err := json.Marshal(map[string]any{"name": name, "value": byName[name]})
		if err != nil {
			return err
		}
		if err := printJSON(p.out, entry); err != nil {
			return err
		}
	}
	return nil
}

// save writes a stream to a file or to standard output, unless that is a terminal.
func save(stream io.ReadCloser, out io.Writer, path string) (err error) {
	defer func() { _ = stream.Close() }()
	if path == "" {
		if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
			return errors.New("the response is no text; want --output FILE, or standard output that is no terminal")
		}
		_, err = io.Copy(out, stream)
		return outputFailure(err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &failure{err: err, next: "choose another file with --output"}
	}
	_, err = io.Copy(file, stream)
	if err = errors.Join(err, file.Close()); err != nil {
		return &failure{err: err, next: printable.Line(path) + " is not whole"}
	}
	return nil
}

// printCurl prints the request that would be sent.
func (c *caller) printCurl(cmd *cobra.Command, of *methods.Method, values map[string]any) error {
	var sent *http.Request
	capture := &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		sent = req
		return nil, errors.New("nothing is sent")
	})}
	opts := append(c.urls(), api.WithHTTPClient(capture), api.WithMaxAttempts(1))
	client, err := api.New("xoxp-left-out", opts...)
	if err != nil {
		return err
	}
	var callOpts []api.CallOption
	if c.form {
		callOpts = append(callOpts, api.WithForm())
	}
	m := method{of: of, client: client, opts: callOpts}
	if _, err := m.call(cmd.Context(), values); sent == nil {
		return err
	}
	command := "curl"
	if sent.Header.Get("Authorization") != "" {
		// On the command line, everybody on the machine would see the token.
		command = `printf 'Authorization: Bearer %s' "$SLACK_TOKEN" | curl -H @-`
	}
	if media := sent.Header.Get("Content-Type"); media != "" {
		command += " -H " + quote("Content-Type: "+media)
	}
	if sent.Body != nil {
		body, err := io.ReadAll(sent.Body)
		if err != nil {
			return err
		}
		command += " --data-binary " + quote(string(body))
	} else if sent.Method != http.MethodGet {
		command += " -X " + sent.Method
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), command+" "+quote(sent.URL.String()))
	return outputFailure(err)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// quote returns text as one word of a shell command.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
