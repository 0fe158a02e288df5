package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/spf13/cobra"

	"github.com/seed-38c23bad/slackadmin/api"
)

func (o *methodOptions) printCurl(cmd *cobra.Command, values map[string]any) error {
	var sent *http.Request
	capture := &http.Client{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		sent = req
		return nil, errors.New("nothing is sent")
	})}
	client, err := api.New("xoxp-left-out", append(o.urlOptions(), api.WithHTTPClient(capture), api.WithMaxAttempts(1))...)
	if err != nil {
		return err
	}
	var opts []api.CallOption
	if o.form {
		opts = append(opts, api.WithForm())
	}
	call, err := prepareCall(cmd.Context(), client, o.method.GoName, values, opts)
	if err != nil {
		return err
	}
	results := call()
	if err, ok := reflect.TypeAssert[error](results[1]); ok && sent == nil {
		return err
	}
	command := "curl"
	if sent.Header.Get("Authorization") != "" {
		// As an argument of curl, the token would be visible to every user of the machine.
		command = `printf 'Authorization: Bearer %s' "$SLACK_TOKEN" | curl -H @-`
	}
	if media := sent.Header.Get("Content-Type"); media != "" {
		command += " -H " + shellQuote("Content-Type: "+media)
	}
	if sent.Body != nil {
		body, err := io.ReadAll(sent.Body)
		if err != nil {
			return err
		}
		command += " --data-binary " + shellQuote(string(body))
	} else if sent.Method != http.MethodGet {
		command += " -X " + sent.Method
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), command+" "+shellQuote(sent.URL.String()))
	return writeError(err)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
