import { describe, expect, it } from '@jest/globals';
import { clientOfTopic, subjectOfTopic, subjectsOfFilter, topicOfSubject } from './topic.ts';

describe('subjects of NATS and topics of MQTT', () => {
  it.each([
    ['tele.plug1.SENSOR', 'tele/plug1/SENSOR'],
    ['/.foo', '/foo'],
    ['foo./', 'foo/'],
    ['foo./.bar', 'foo//bar'],
    ['v3.app@ttn.devices.a//b.up', 'v3/app@ttn/devices/a.b/up'],
  ])('%s is %s', (subject, topic) => {
    expect(topicOfSubject(subject)).toBe(topic);
    expect(subjectOfTopic(topic)).toBe(subject);
  });

  it('cover the level above what is below it', () => {
    expect(subjectsOfFilter('cmnd/plug1/#')).toEqual(['cmnd.plug1', 'cmnd.plug1.>']);
    expect(subjectsOfFilter('plug1/status/+')).toEqual(['plug1.status.*']);
  });
});

describe('a topic', () => {
  it.each([
    ['tele/{client}/#', 'tele/plug1/SENSOR', 'plug1'],
    ['{client}/events/rpc', 'shelly-1/events/rpc', 'shelly-1'],
    ['{client}/status/+', 'shelly-1/status/switch:0', 'shelly-1'],
    ['application/#', 'application/1/device/2/event/up', '*'],
  ])('of %s says whose it is: %s', (filter, topic, client) => {
    expect(clientOfTopic(filter, topic)).toBe(client);
  });

  it.each([
    ['tele/{client}/#', 'tele/plug1'],
    ['{client}/status/+', 'a/b/status/x'],
    ['application/#', 'applications/1'],
  ])('of %s is not %s', (filter, topic) => expect(clientOfTopic(filter, topic)).toBeUndefined());
});
