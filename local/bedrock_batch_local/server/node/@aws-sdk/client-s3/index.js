"use strict";

// The part of @aws-sdk/client-s3 that CDK's auto-delete function uses. AWS Lambda ships the whole SDK with its Node.js
// runtimes; MiniStack's local executor does not, and without it a stack that empties its buckets hangs.

const crypto = require("crypto");
const http = require("http");

const hash = (data) => crypto.createHash("sha256").update(data).digest("hex");
const hmac = (key, data) => crypto.createHmac("sha256", key).update(data).digest();
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => "%" + mark.charCodeAt(0).toString(16).toUpperCase());

function signed(method, path, query, headers, body) {
  const env = process.env;
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = [time.slice(0, 8), env.AWS_REGION, "s3", "aws4_request"];
  const all = { ...headers, "x-amz-date": time, "x-amz-content-sha256": hash(body) };
  if (env.AWS_SESSION_TOKEN) all["x-amz-security-token"] = env.AWS_SESSION_TOKEN;
  const names = Object.keys(all).sort();
  const canonical = [method, path, query, ...names.map((name) => `${name}:${all[name]}`), "", names.join(";"), hash(body)];
  const key = scope.reduce(hmac, "AWS4" + env.AWS_SECRET_ACCESS_KEY);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(canonical.join("\n"))].join("\n"));
  const credential = `Credential=${env.AWS_ACCESS_KEY_ID}/${scope.join("/")}`;
  const proof = `SignedHeaders=${names.join(";")}, Signature=${signature.toString("hex")}`;
  return { ...all, authorization: `AWS4-HMAC-SHA256 ${credential}, ${proof}` };
}

function request(method, bucket, params, body = "", headers = {}) {
  const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
  const path = "/" + encode(bucket);
  const query = Object.entries(params).map(([name, value]) => `${encode(name)}=${encode(value)}`).sort().join("&");
  const all = signed(method, path, query, { ...headers, host: endpoint.host }, body);
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { hostname: endpoint.hostname, port: endpoint.port, method, path: `${path}?${query}`, headers: all },
      (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          answer.statusCode < 300 ? resolve(text) : reject(failure(text, answer.statusCode));
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function failure(text, status) {
  const error = new Error(element(text, "Message") || `S3 answered with status ${status}`);
  error.name = element(text, "Code") || "UnknownError";
  return error;
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const unescape = (text) =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex || decimal ? String.fromCodePoint(parseInt(hex || decimal, hex ? 16 : 10)) : ENTITIES[name] || whole);
const escape = (text) => text.replace(/[<>&"'\r\n]/g, (mark) => `&#${mark.charCodeAt(0)};`);
const elements = (text, name) =>
  [...text.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map((found) => found[1]);
const element = (text, name) => {
  const [found] = elements(text, name);
  return found === undefined ? undefined : unescape(found);
};
const versions = (text, name) =>
  elements(text, name).map((entry) => ({ Key: element(entry, "Key"), VersionId: element(entry, "VersionId") }));

class S3 {
  async getBucketTagging({ Bucket }) {
    const tags = elements(await request("GET", Bucket, { tagging: "" }), "Tag");
    return { TagSet: tags.map((tag) => ({ Key: element(tag, "Key"), Value: element(tag, "Value") })) };
  }

  async getBucketPolicy({ Bucket }) {
    return { Policy: await request("GET", Bucket, { policy: "" }) };
  }

  async putBucketPolicy({ Bucket, Policy }) {
    await request("PUT", Bucket, { policy: "" }, Policy);
  }

  async listObjectVersions({ Bucket }) {
    const text = await request("GET", Bucket, { versions: "" });
    return {
      Versions: versions(text, "Version"),
      DeleteMarkers: versions(text, "DeleteMarker"),
      IsTruncated: element(text, "IsTruncated") === "true",
    };
  }

  async deleteObjects({ Bucket, Delete }) {
    const objects = Delete.Objects.map(({ Key, VersionId }) => {
      const version = VersionId ? `<VersionId>${escape(VersionId)}</VersionId>` : "";
      return `<Object><Key>${escape(Key)}</Key>${version}</Object>`;
    });
    const body = `<Delete><Quiet>true</Quiet>${objects.join("")}</Delete>`;
    const md5 = crypto.createHash("md5").update(body).digest("base64");
    await request("POST", Bucket, { delete: "" }, body, { "content-md5": md5 });
  }
}

module.exports = { S3 };
