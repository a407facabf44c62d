package main

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The certificate names all by which clients call the mock, and vouches for nobody else.
func TestCertificate(t *testing.T) {
	t.Parallel()
	names := certificateNames(addressed{ip: "0.0.0.0"}, []string{"Mock", "mock.internal:4010", "*", "10.0.0.9", "mock"})
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "mock", "mock.internal", "10.0.0.9"} {
		if !slices.Contains(names, name) {
			t.Errorf("no %s among %q", name, names)
		}
	}
	if slices.Contains(names, "*") || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("%q", names)
	}
	if names := certificateNames(addressed{ip: "192.0.2.1"}, nil); !slices.Contains(names, "192.0.2.1") {
		t.Errorf("%q", names)
	}
	made, err := newCertificate(names)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(made.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	for _, name := range []string{"localhost", "app.localhost", "127.0.0.1", "::1", "mock", "10.0.0.9"} {
		if _, err := cert.Verify(x509.VerifyOptions{DNSName: name, Roots: roots}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := cert.Verify(x509.VerifyOptions{DNSName: "evil.example", Roots: roots}); err == nil {
		t.Error("it is good for another name")
	}
	if cert.IsCA || cert.KeyUsage&x509.KeyUsageCertSign != 0 {
		t.Error("it vouches for others")
	}
	if _, err := newCertificate([]string{"m\u00f6ck"}); err == nil {
		t.Error("a name that no certificate can have")
	}
}

// Over TLS browsers speak HTTP/2; a certificate of one's own is used as it is.
func TestServeOwnCertificate(t *testing.T) {
	t.Parallel()
	made, err := newCertificate([]string{"localhost", "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalECPrivateKey(made.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})
	if err := os.WriteFile(certFile, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})
	if err := os.WriteFile(keyFile, private, 0o600); err != nil {
		t.Fatal(err)
	}
	mock := startServe(t, "--tls-cert", certFile, "--tls-key", keyFile)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	res, err := (&http.Client{Transport: transport}).Get(mock.url + "/__mock/health")
	if err != nil || res.StatusCode != 200 || res.Proto != "HTTP/2.0" {
		t.Fatalf("%v %v", res, err)
	}
	_ = res.Body.Close()
}
