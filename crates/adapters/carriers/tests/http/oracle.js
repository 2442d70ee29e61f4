// One question as JSON a line, one answer as JSON a line. The SDKs judge; nothing here does.
'use strict'
const crypto = require('node:crypto')
const fs = require('node:fs')
const readline = require('node:readline')
const twilio = require('twilio')
const { Telnyx } = require('telnyx')
const { verifySignature } = require('@vonage/jwt')
const { SMS } = require('@vonage/messages')
const { Voice } = require('@vonage/voice')
const { Client } = require('@vonage/server-client')
const jwt = require('jsonwebtoken')
const { Webhook } = require('standardwebhooks')

const secret = Buffer.from('a secret of thirty-two bytes, ok').toString('base64')

async function works (attempt) {
  try { return (await attempt()) !== false } catch { return false }
}

// The options of a call of Twilio's SDK that stand for a form: its names begin with a small letter.
function options (pairs) {
  const found = {}
  for (const [name, value] of pairs) {
    const key = name[0].toLowerCase() + name.slice(1)
    if (name === 'StatusCallbackEvent') (found[key] ??= []).push(value)
    else found[key] = value
  }
  return found
}

// Fields of an interface or a type in a file of types that a vendor ships with its SDK.
function declared (file, name) {
  const source = fs.readFileSync(`${__dirname}/node_modules/${file}`, 'utf8')
  const from = source.search(new RegExp(`(interface ${name} |type ${name} = )`))
  const body = source.slice(from, source.indexOf('\n}', from)).replace(/\/\*[\s\S]*?\*\//g, '')
  const fields = [...body.matchAll(/^\s+(\w+)(\??): (.+);$/gm)]
  return fields.map(([, field, may, type]) => ({ field, needed: may === '', type }))
}

function fits (value, type) {
  return type.split(' | ').some((one) => one === typeof value || one === `'${value}'` || (value === null && one === 'null'))
}

// Fields that are needed and not there, and those that the types do not know or not so. What is of
// a type with a name of its own is held to that one elsewhere.
function strange (body, fields) {
  const missing = fields.filter(({ field, needed }) => needed && !(field in body)).map(({ field }) => field)
  const plain = (type) => /^(string|number|boolean)(\[\])?$/.test(type)
  const is = (value, type) => type.endsWith('[]')
    ? Array.isArray(value) && value.every((one) => fits(one, type.slice(0, -2)))
    : fits(value, type)
  const wrong = Object.keys(body).filter((name) => {
    const known = fields.find(({ field }) => field === name)
    return known === undefined || (plain(known.type) && !is(body[name], known.type))
  })
  return { missing, wrong, known: fields.length }
}

const voice = (name) => declared(`@vonage/voice/dist/cjs/types/${name}.d.ts`, name.split('/').pop())

const answers = {
  // What the SDK itself sends for the same words: a field that its schema does not know is left out.
  twilio_request: async ({ account, calls, pairs }) => {
    let seen
    const httpClient = { request: async (asked) => { seen = asked; return { statusCode: 201, body: '{}' } } }
    const client = twilio(account, 'a token', { httpClient })
    await (calls ? client.calls : client.messages).create(options(pairs))
    const fields = Object.entries(seen.data).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]))
    return { method: seen.method.toUpperCase(), path: new URL(seen.uri).pathname, pairs: fields }
  },
  telnyx_request: async ({ body }) => {
    let seen
    const fetch = async (url, asked) => {
      seen = { method: asked.method, path: new URL(url).pathname, body: JSON.parse(asked.body), authorization: new Headers(asked.headers).get('authorization') }
      return new Response('{"data":{}}', { headers: { 'content-type': 'application/json' } })
    }
    await new Telnyx({ apiKey: 'KEY', fetch }).messages.send(body)
    const fields = declared('telnyx/resources/messages/messages.d.ts', 'MessageSendParams')
    const missing = fields.filter(({ field, needed }) => needed && !(field in body)).map(({ field }) => field)
    const wrong = Object.keys(body).filter((name) => {
      const known = fields.find(({ field }) => field === name)
      return known === undefined || !fits(body[name], known.type)
    })
    return { ...seen, missing, wrong, known: fields.length }
  },
  // The SDK gets our call in its own words, and writes its own request.
  vonage_call: async ({ body }) => {
    let seen
    const client = new Voice({ applicationId: 'an id', privateKey: 'a key' })
    client.sendPostRequest = async (url, sent) => { seen = { path: new URL(url).pathname, body: sent }; return { data: {} } }
    const call = Client.transformers.camelCaseObjectKeys(body, true)
    await client.createOutboundCall(call)
    const fields = ['CommonCallFields', 'CommonOutboundCall', 'CallWithAnswerURL'].flatMap(voice)
    const ends = [call.from, ...call.to].map((end) => strange(end, voice('Endpoint/PhoneEndpoint')))
    return { ...seen, all: [strange(call, fields), ...ends] }
  },
  vonage_steps: ({ steps }) => {
    const types = { talk: 'NCCO/TalkAction', input: 'NCCO/InputAction' }
    const all = steps.map((step) => strange(step, voice(types[step.action])))
    const keys = steps.flatMap((step) => step.dtmf ?? []).map((dtmf) => strange(dtmf, voice('NCCO/DTMFSettings')))
    return { all: [...all, ...keys] }
  },
  now: () => Math.floor(Date.now() / 1000),
  pairs: ({ form }) => [...new URLSearchParams(form)],
  form: ({ params }) => new URLSearchParams(params).toString(),
  keypair: () => {
    const pair = crypto.generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
    })
    return { private: pair.privateKey, public: pair.publicKey }
  },
  twilio_sign: ({ token, url, params }) => twilio.getExpectedTwilioSignature(token, url, params),
  telnyx_verify: ({ body, headers, key }) => works(() => {
    const client = new Telnyx({ apiKey: 'KEY', publicKey: key })
    return client.webhooks.unwrap(body, { headers, key })
  }),
  vonage_verify: ({ token, secret }) => works(() => verifySignature(token, secret)),
  vonage_sms: ({ to, from, text }) => {
    const sms = new SMS({ to, from, text })
    return { to: sms.to, from: sms.from, text: sms.text, channel: sms.channel, message_type: sms.messageType }
  },
  hs256: ({ claims, secret }) => jwt.sign(claims, secret, { algorithm: 'HS256' }),
  rs256: ({ token, public: key }) => jwt.verify(token, key, { algorithms: ['RS256'] }),
  standard_sign: ({ id, time, body }) => new Webhook(secret).sign(id, new Date(time * 1000), body),
  standard_verify: ({ headers, body }) => works(() => { new Webhook(secret).verify(body, headers); return true })
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const question = JSON.parse(line)
  console.log(JSON.stringify(await answers[question.kind](question)))
})
